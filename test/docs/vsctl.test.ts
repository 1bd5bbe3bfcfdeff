import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import test from 'ava';
import { temporaryDirectory } from '../support/ovsdb-server.js';
import { run } from '../support/run.js';
import { inSandbox, withSandbox } from '../support/sandbox.js';

const root = join(import.meta.dirname, '../../..');

test('the commands of docs/vsctl.md run as they stand', async (t) => {
  const directory = await temporaryDirectory(t);
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  // What is told of /usr/local goes to places of the test's own, with ovskit where npm would have it.
  const share = join(directory, 'share');
  const places = ['man/man8', 'bash-completion/completions', 'zsh/site-functions'].map((place) => join(share, place));
  mkdirSync(join(directory, 'modules'));
  symlinkSync(root, join(directory, 'modules/ovskit'));
  symlinkSync(join(root, 'dist/bundle/ovskit.cjs'), join(bin, 'ovskit'));
  writeFileSync(join(directory, 'ports.txt'), 'add-port br-int a\nadd-port br-int b\n');
  // The kernel has no devices a and b: ovs-vswitchd is not asked.
  const sandbox = await withSandbox(t, { vswitchd: false, network: 'current', datapath: 'dummy' });
  const { env } = inSandbox(sandbox);
  const text = readFileSync(join(root, 'docs/vsctl.md'), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
  t.is(blocks.length, 4);
  const script = blocks
    .join('')
    .replaceAll('/usr/local/bin', bin)
    .replaceAll('/usr/local/share', share)
    .replaceAll('$(npm root -g)', join(directory, 'modules'))
    .replaceAll(/\bovskit vsctl /g, 'ovskit vsctl --no-wait ');
  t.notRegex(script, /\/usr\/|npm/, 'nothing of the machine is changed');
  const { status, stdout, stderr } = await run(
    'bash',
    ['-euo', 'pipefail', '-c', `${script}\novs-vsctl list-ports br-int`],
    {
      cwd: directory,
      env: { ...env, PATH: `${bin}:${process.env.PATH}` },
    },
  );
  t.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  const files = places.flatMap((place) => readdirSync(place).map((name) => join(place, name)));
  t.deepEqual(files.map((file) => basename(file)).sort(), [
    '_ovs-vsctl',
    '_ovskit',
    'ovs-vsctl',
    'ovskit',
    'ovskit-vsctl.8',
  ]);
  for (const file of files) t.true(existsSync(file), file);
  t.true(stdout.startsWith('vlan10\n'));
  t.true(stdout.endsWith('\na\nb\ntap1\ntap2\nvlan10\n'));
});
