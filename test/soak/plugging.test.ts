import { fileURLToPath } from 'node:url';
import test from 'ava';
import { needsRoot } from '../support/root.js';
import { run } from '../support/run.js';
import { NO_COMPILERS } from './flags.js';

/** The exit status of a run without a verdict. */
const TOO_FEW = 3;

const program = fileURLToPath(new URL('plugging.js', import.meta.url));

needsRoot(test)('nothing leaks in a minute of plugging and unplugging', async (t) => {
  t.timeout(240_000);
  const { status, stdout, stderr } = await run(process.execPath, ['--expose-gc', ...NO_COMPILERS, program, '60']);
  for (const line of stdout.split('\n').slice(-6)) t.log(line);
  t.is(stderr, '');
  if (status === TOO_FEW) {
    t.log('the machine was too busy to tell');
    t.regex(stdout, /^too few plugs to tell$/m);
    return;
  }
  t.is(status, 0, stdout);
  t.regex(stdout, /^nothing leaks$/m);
});
