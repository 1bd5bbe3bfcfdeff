import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { documents } from '../../../src/cli/vsctl/document/index.js';
import { schemaDocument } from '../../../src/vswitch/schema-document.js';
import { run } from '../../support/run.js';

const root = (path: string) => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

for (const [path, write] of Object.entries(documents)) {
  test(`${path} is up to date with the table of commands (node tools/vsctl-documents.mjs)`, (t) => {
    t.is(readFileSync(root(path), 'utf8'), write());
  });
}

test('the built-in schema is that of the Open vSwitch installed', (t) => {
  t.deepEqual(JSON.parse(schemaDocument), JSON.parse(readFileSync('/usr/share/openvswitch/vswitch.ovsschema', 'utf8')));
});

test('bash takes the completion, and completes a command and an option', async (t) => {
  const file = root('share/bash-completion/completions/ovs-vsctl');
  const complete = (...words: string[]) =>
    run('bash', [
      '-c',
      `source ${file}; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _ovskit_vsctl; echo "\${COMPREPLY[*]}"`,
    ]);
  t.like(await complete('ovs-vsctl', 'add-b'), { status: 0, stdout: 'add-br add-bond add-bond-iface\n', stderr: '' });
  t.like(await complete('ovs-vsctl', '--no-wa'), { status: 0, stdout: '--no-wait\n' });
  t.like(await complete('ovs-vsctl', 'list-br', '--', 'wait'), { stdout: 'wait-until\n' });
});

test('the manual page is well-formed', async (t) => {
  const { status, stdout, stderr } = await run('man', ['-P', 'cat', '-l', root('share/man/man8/ovskit-vsctl.8')]);
  t.is(status, 0);
  t.is(stderr, '');
  t.regex(stdout, /add-br NEW-BRIDGE/);
});
