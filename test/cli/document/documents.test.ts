import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { documents } from '../../../src/cli/document/index.js';
import { optionHelp } from '../../../src/cli/vsctl/document/option-help.js';
import { globalOptions } from '../../../src/cli/vsctl/global-options.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import { schemaDocument } from '../../../src/vswitch/schema-document.js';
import { output, run } from '../../support/run.js';

const root = (path: string) => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

for (const [path, write] of Object.entries(documents)) {
  test(`${path} is up to date with the table of commands (node tools/documents.mjs)`, (t) => {
    t.is(readFileSync(root(path), 'utf8'), write());
  });
}

test('the built-in schema is that of the Open vSwitch installed', (t) => {
  t.deepEqual(JSON.parse(schemaDocument), JSON.parse(readFileSync('/usr/share/openvswitch/vswitch.ovsschema', 'utf8')));
});

let sandbox: Sandbox;
test.before(async () => {
  sandbox = await startSandbox({ vswitchd: false, network: 'current', datapath: 'dummy' });
  const lines = ['add-br br-a', 'add-br br-b', 'add-port br-a port-a', 'add-port br-b port-b'].map((line) =>
    line.split(' '),
  );
  for (const line of lines) await output('ovs-vsctl', ['--no-wait', ...line], { env: environment() });
});
test.after.always(() => sandbox?.stop());
const environment = () => ({ ...process.env, ...sandbox.env });

/** What a function of a completion file for bash offers for a line, which ends where it is completed. */
async function offered(file: string, call: string, ...words: string[]): Promise<string> {
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const script =
    `set -u; ovskit() { '${process.execPath}' '${root('dist/src/cli/main.js')}' "$@"; }; ` +
    `source ${root(`share/bash-completion/completions/${file}`)}; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; ` +
    `COMPREPLY=(); ${call}; echo "\${COMPREPLY[*]-}"`;
  const { stdout, stderr } = await run('bash', ['-c', script], { env: environment() });
  return `${stdout.trimEnd()}${stderr}`;
}
const ofVsctl = (...words: string[]) => offered('ovs-vsctl', '_ovskit_vsctl', ...words);
const ofOvskit = (...words: string[]) => offered('ovskit', '_ovskit', 'ovskit', ...words);

test('bash completes a command and an option of ovs-vsctl', async (t) => {
  t.is(await ofVsctl('ovs-vsctl', 'add-b'), 'add-br add-bond add-bond-iface');
  t.is(await ofVsctl('ovs-vsctl', '--no-wa'), '--no-wait');
  t.is(await ofVsctl('ovs-vsctl', 'list-br', '--', 'wait'), 'wait-until');
  t.is(await ofVsctl('ovs-vsctl', '-t', '2', '--db', '=', 'x', 'wait'), 'wait-until', 'a value is no command');
});

test('bash completes bridges, ports of the bridge that was named, tables, records and columns', async (t) => {
  t.is(await ofVsctl('ovs-vsctl', 'list-ports', ''), 'br-a br-b');
  t.is(await ofVsctl('ovs-vsctl', 'del-port', 'br-b', ''), 'port-b');
  // The rows of a table come in no order; readline puts them in one.
  t.deepEqual((await ofVsctl('ovs-vsctl', 'del-port', 'port')).split(' ').sort(), ['port-a', 'port-b']);
  t.is(await ofVsctl('ovs-vsctl', 'list', 'Po'), 'Port');
  t.is(await ofVsctl('ovs-vsctl', 'get', 'port', 'port-a'), 'port-a');
  t.is(await ofVsctl('ovs-vsctl', 'get', 'Port', 'port-a', 'vlan'), 'vlan_mode');
  t.is(await ofVsctl('ovs-vsctl', 'set', 'Port', 'port-a', 'tag', '=', '1', 'vlan'), 'vlan_mode=');
  t.is(await ofVsctl('ovs-vsctl', 'set', 'Port', 'port-a', 'tag', '=', ''), '', 'a value');
  t.is(
    await ofVsctl('ovs-vsctl', 'add-port', 'br-a', 'new', 'tag', '=', '1', '--', 'set', 'bridge', 'br-a', 'dat'),
    'datapath_type= datapath_version= datapath_id=',
  );
});

test('bash completes ovskit: commands, subcommands, options and their values', async (t) => {
  t.is(await ofOvskit('v'), 'vif vsctl');
  t.is(await ofOvskit(''), 'vif reconfigure netdev client vsctl codegen serve sandbox --help --version');
  t.is(await ofOvskit('vif', ''), 'config plug unplug reconcile list');
  t.is(await ofOvskit('vif', 'plug', '--re'), '--request --release --remote --replace');
  t.is(await ofOvskit('vif', 'plug', '--request', ''), '', 'a file');
  t.is(await ofOvskit('vif', 'plug', '--request', 'x', '--release', '=', 'new'), 'newton');
  t.is(await ofOvskit('vif', '--json', 'list', '--bridge', ''), 'br-a br-b');
  t.is(await ofOvskit('reconfigure', 'up', '--log', ''), 'text json');
  t.is(await ofOvskit('netdev', 'show', 'l'), 'lo');
  t.is(await ofOvskit('netdev', 'link', 'lo', ''), 'set');
  t.is(await ofOvskit('netdev', 'link', 'lo', 'set', 'mtu', '1400', 'u'), 'up');
  t.is(await ofOvskit('netdev', 'features', 'lo', 'set', 'tx-checksum-ipv'), 'tx-checksum-ipv4 tx-checksum-ipv6');
  t.is(await ofOvskit('client', 'list-d'), 'list-dbs');
  t.is(await ofOvskit('client', '--no-l'), '--no-leader-only');
  t.is(await ofOvskit('sandbox', '--', 'l'), '', 'a command of the machine');
  t.is(await ofOvskit('vsctl', 'del-port', 'br-a', ''), 'port-a');
});

const hasZsh = spawnSync('zsh', ['--version']).status === 0;

(hasZsh ? test : test.skip)('zsh takes the completion, and completes a command and an option', async (t) => {
  // An interactive zsh on a terminal of its own; the tool is a function that tells its words.
  const script = `
    zmodload zsh/zpty
    zpty z zsh -f -i
    zpty -w z 'PS1= fpath=(${root('share/zsh/site-functions')} $fpath); autoload -U compinit; compinit -u -D'
    zpty -w z 'ovskit() { if [[ $* == *list-ports* ]]; then print port-b; else print -r -- "<<$*>>"; fi }; ovs-vsctl() { ovskit vsctl "$@" }; print rea""dy'
    zpty -r -m z output '*ready*'
    for line in 'ovs-vsctl add-bond-i' 'ovs-vsctl --no-wa' 'ovs-vsctl list-br -- wait-u' 'ovskit vsctl add-bond-i' 'ovskit vsctl del-port br-b po' 'ovskit vi' 'ovskit vif unp' 'ovskit vif plug --best'; do
      zpty -w -n z "$line"$'\t\n'
      zpty -r -m z output '*<<*>>*'
      print -r -- "$output"
    done
    zpty -d z
  `;
  const { status, stdout, stderr } = await run('zsh', ['-f', '-c', script]);
  t.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  const told = [...stdout.matchAll(/<<([^$]*?)>>/g)].map(([, words = '']) => words);
  const ofVsctl = ['add-bond-iface', '--no-wait', 'list-br -- wait-until', 'add-bond-iface', 'del-port br-b port-b'];
  t.deepEqual(told, [...ofVsctl.map((words) => `vsctl ${words}`), 'vif', 'vif unplug', 'vif plug --best-effort']);
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
