import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { transform } from 'esbuild';
import { output } from '../support/run.js';
import { inSandbox, withSandbox } from '../support/sandbox.js';

// Compiled to dist/test/openflow.
const root = join(import.meta.dirname, '../../..');

test('the program in docs/openflow.md runs and prints what it says', async (t) => {
  const page = readFileSync(join(root, 'docs/openflow.md'), 'utf8');
  const source = page.match(/^```ts\n(.*?)^```$/ms)?.[1] ?? '';
  const local = source.replace('ovskit/openflow', join(root, 'dist/src/openflow/index.js'));
  const { code } = await transform(local, { loader: 'ts', target: 'node20' });
  const sandbox = await withSandbox(t);
  await sandbox.addBridge('br0');
  const file = join(sandbox.runDirectory, 'program.mjs');
  await writeFile(file, code);
  const printed = await output(process.execPath, [file], inSandbox(sandbox));
  t.deepEqual(printed.split('\n').sort(), [
    'OFPBAC_BAD_OUT_PORT',
    'priority=0,in_port=1,arp,nw_proto=1,actions=LOCAL',
    'priority=0,in_port=LOCAL,dl_src=fa:16:3e:00:00:01,actions=output:1',
  ]);
});
