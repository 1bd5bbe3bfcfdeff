import { fileURLToPath } from 'node:url';
import test from 'ava';
import { needsRoot } from '../support/root.js';
import { run } from '../support/run.js';

const program = fileURLToPath(new URL('plugging.js', import.meta.url));

needsRoot(test)('nothing leaks in a minute of plugging and unplugging', async (t) => {
  t.timeout(240_000);
  const { status, stdout, stderr } = await run(process.execPath, [
    '--expose-gc',
    '--no-opt',
    '--no-sparkplug',
    program,
    '60',
  ]);
  for (const line of stdout.split('\n').slice(-6)) t.log(line);
  t.is(stderr, '');
  t.is(status, 0, stdout);
  t.regex(stdout, /^nothing leaks$/m);
});
