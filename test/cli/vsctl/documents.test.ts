import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { documents } from '../../../src/cli/vsctl/document/index.js';
import { optionHelp } from '../../../src/cli/vsctl/document/option-help.js';
import { globalOptions } from '../../../src/cli/vsctl/global-options.js';
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

const hasZsh = spawnSync('zsh', ['--version']).status === 0;

(hasZsh ? test : test.skip)('zsh takes the completion, and completes a command and an option', async (t) => {
  // An interactive zsh on a terminal of its own; the tool is a function that tells its words.
  const script = `
    zmodload zsh/zpty
    zpty z zsh -f -i
    zpty -w z 'PS1= fpath=(${root('share/zsh/site-functions')} $fpath); autoload -U compinit; compinit -u -D'
    zpty -w z 'ovskit() { print -r -- "<<$*>>" }; ovs-vsctl() { ovskit vsctl "$@" }; print rea""dy'
    zpty -r -m z output '*ready*'
    for line in 'ovs-vsctl add-bond-i' 'ovs-vsctl --no-wa' 'ovs-vsctl list-br -- wait-u' 'ovskit vsctl add-bond-i'; do
      zpty -w -n z "$line"$'\t\n'
      zpty -r -m z output '*<<*>>*'
      print -r -- "$output"
    done
    zpty -d z
  `;
  const { status, stdout, stderr } = await run('zsh', ['-f', '-c', script]);
  t.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  const told = [...stdout.matchAll(/<<([^$]*?)>>/g)].map(([, words = '']) => words);
  const expected = ['add-bond-iface', '--no-wait', 'list-br -- wait-until', 'add-bond-iface'];
  t.deepEqual(
    told,
    expected.map((words) => `vsctl ${words}`),
  );
});

test('every option has its line in the manual, in words of its own', (t) => {
  t.deepEqual(Object.keys(optionHelp).sort(), globalOptions.map(({ name }) => name).sort());
  const takes = globalOptions.filter(({ argument }) => argument).map(({ name }) => name);
  t.deepEqual(
    Object.keys(optionHelp)
      .filter((name) => optionHelp[name]!.value !== undefined)
      .sort(),
    takes.sort(),
  );
});

test('the manual page is well-formed', async (t) => {
  const { status, stdout, stderr } = await run('man', ['-P', 'cat', '-l', root('share/man/man8/ovskit-vsctl.8')]);
  t.is(status, 0);
  t.is(stderr, '');
  t.regex(stdout, /add-br NEW-BRIDGE/);
});
