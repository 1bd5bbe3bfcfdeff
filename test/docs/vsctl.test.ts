import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { temporaryDirectory } from '../support/ovsdb-server.js';
import { run } from '../support/run.js';
import { inSandbox, withSandbox } from '../support/sandbox.js';

const root = join(import.meta.dirname, '../../..');

test('the commands of docs/vsctl.md run as they stand', async (t) => {
  const directory = await temporaryDirectory(t);
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  symlinkSync(join(root, 'dist/bundle/ovskit.cjs'), join(bin, 'ovskit'));
  writeFileSync(join(directory, 'ports.txt'), 'add-port br-int a\nadd-port br-int b\n');
  // The kernel has no devices a and b: ovs-vswitchd is not asked.
  const sandbox = await withSandbox(t, { vswitchd: false, network: 'current', datapath: 'dummy' });
  const { env } = inSandbox(sandbox);
  const text = readFileSync(join(root, 'docs/vsctl.md'), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
  t.is(blocks.length, 3);
  const script = blocks
    .join('')
    .replaceAll('/usr/local/bin', bin)
    .replaceAll(/\bovskit vsctl /g, 'ovskit vsctl --no-wait ');
  const { status, stdout, stderr } = await run(
    'bash',
    ['-euo', 'pipefail', '-c', `${script}\novs-vsctl list-ports br-int`],
    {
      cwd: directory,
      env: { ...env, PATH: `${bin}:${process.env.PATH}` },
    },
  );
  t.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  t.true(stdout.startsWith('vlan10\n'));
  t.true(stdout.endsWith('\na\nb\ntap1\ntap2\nvlan10\n'));
});
