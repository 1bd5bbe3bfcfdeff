import test from 'ava';
import { needsRoot } from '../support/root.js';
import { run } from '../support/run.js';
import { packageRoot } from './addon.js';

needsRoot(test)('no memory error, no undefined behaviour, no leak of ours', async (t) => {
  // It compiles the addon first.
  t.timeout(900_000);
  const { status, stdout, stderr } = await run(process.execPath, ['tools/asan.mjs', '--short', '--workers', '6'], {
    cwd: packageRoot,
  });
  t.is(status, 0, stdout + stderr);
  t.regex(stdout, /asan: no error, no leak of ours/);
});
