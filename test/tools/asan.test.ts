import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { processesWith, until } from '../support/processes.js';
import { needsRoot } from '../support/root.js';

const script = fileURLToPath(new URL('../../../tools/asan.mjs', import.meta.url));

needsRoot(test)('a signal ends the run that is on, and none follows', async (t) => {
  const mark = `OVSKIT_ASAN_MARK=${process.pid}`;
  const child = spawn(process.execPath, [script, '--short', '--workers', '1000'], {
    env: { ...process.env, OVSKIT_ASAN_MARK: String(process.pid) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [exit, stdout] = [once(child, 'exit'), text(child.stdout)];
  await once(child.stdout, 'data'); // The first run, or the compiling before it.
  child.kill('SIGTERM');
  t.deepEqual(await exit, [143, null]);
  t.regex(await stdout, /asan: interrupted by SIGTERM\n$/);
  await until('the end of its processes', () => processesWith(mark).length === 0);
});
