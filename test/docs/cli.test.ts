import test from 'ava';
import { output } from '../support/run.js';
import { root, textOf } from './blocks.js';

test('docs/cli.md is what the commands say: node tools/cli-reference.mjs writes it', async (t) => {
  const script =
    "import('./tools/lib/cli-reference.mjs').then(async (m) => process.stdout.write(await m.cliReference()))";
  t.is(`${await output(process.execPath, ['-e', script], { cwd: root })}\n`, textOf('docs/cli.md'));
});
