import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { TOOLS } from '../../src/plan/tools/run.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { temporaryDirectory } from '../support/ovsdb-server.js';
import { until } from '../support/processes.js';
import { needsRoot } from '../support/root.js';
import { run } from '../support/run.js';
import { request } from '../vif/request.js';

/**
 * No command of ovskit starts a program that is not on its list: each is run under strace(1), which sees every execve(2) of the
 * process and of all its children.
 */

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const STRACE = '/usr/bin/strace';

/** What `ovskit sandbox` starts: it is a developer's tool, and a switch of one's own is what it is for. */
const SANDBOX = ['sh', 'setpriv', 'ovsdb-tool', 'ovsdb-server', 'ovs-vswitchd', 'ovs-vsctl', 'true'];
/** What its guard, a script of the shell, uses. */
const GUARD = ['mkdir', 'cat', 'grep', 'cut', 'kill', 'rm', 'ls', 'sleep'];

const rootTest = needsRoot(test).serial;
let sandbox: Sandbox;

rootTest.before(async () => {
  sandbox = await startSandbox();
  await sandbox.addBridge('br-int');
});
rootTest.after.always(() => sandbox?.stop());

interface Traced {
  /** The base names of the programs that were started, or that somebody tried to start, after Node itself. */
  programs: string[];
  status: number | string;
  stderr: string;
}

async function trace(directory: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Traced> {
  const log = join(directory, 'strace');
  const options = ['-f', '-qq', '--seccomp-bpf', '-e', 'trace=execve,execveat', '-e', 'signal=none', '-o', log];
  const { status, stderr } = await run(STRACE, [...options, process.execPath, main, ...args], {
    env: { ...process.env, ...sandbox.env, ...env },
  });
  const calls = [...readFileSync(log, 'utf8').matchAll(/execve(?:at)?\((?:\w+, )?"([^"]*)"/g)].map(([, path]) => path!);
  if (calls[0] !== process.execPath) throw new Error(`strace saw no start of Node: ${stderr}`);
  return { programs: calls.slice(1).map((path) => basename(path)), status, stderr };
}

/** Commands that act, each with its arguments; `FILE` is a request to plug a VIF. */
const ACTIONS: readonly (readonly string[])[] = [
  ['vsctl', '--timeout=10', 'add-port', 'br-int', 'p0', '--', 'set', 'Interface', 'p0', 'type=internal'],
  ['vsctl', 'show'],
  ['client', 'dump', 'Open_vSwitch', 'Bridge'],
  ['client', 'transact', '["Open_vSwitch",{"op":"select","table":"Bridge","where":[]}]'],
  ['vif', 'plug', '--request', 'FILE'],
  ['vif', 'unplug', '--request', 'FILE'],
  ['vif', 'plug', '--request', 'FILE', '--explain'],
  ['netdev', 'list'],
  ['netdev', 'show', 'lo'],
  ['netdev', 'features', 'lo'],
  ['netdev', 'link', 'lo', 'set', 'up'],
  ['codegen', 'unix:REMOTE'],
];

const needsStrace = existsSync(STRACE) ? rootTest : rootTest.skip;

needsStrace('commands that act start no program', async (t) => {
  t.timeout(120_000);
  const directory = await temporaryDirectory(t);
  const file = join(directory, 'vif.json');
  writeFileSync(file, JSON.stringify(request(1)));
  for (const action of ACTIONS) {
    const args = action.map((word) => word.replace(/^FILE$/, file).replace('REMOTE', sandbox.remote.slice(5)));
    const { programs, status, stderr } = await trace(directory, args);
    t.is(status, 0, `${args.join(' ')}: ${stderr}`);
    t.deepEqual(programs, [], args.join(' '));
  }
});

needsStrace(
  'every command that the help lists refuses what it does not know, and starts no program for it',
  async (t) => {
    t.timeout(120_000);
    const directory = await temporaryDirectory(t);
    const { stdout } = await run(process.execPath, [main, '--help']);
    const commands = [...stdout.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name!);
    t.true(commands.includes('vsctl') && commands.includes('sandbox'));
    for (const command of commands) {
      t.deepEqual((await trace(directory, [command, '--no-such-option'])).programs, [], command);
    }
  },
);

needsStrace('a daemon of the client is ovskit itself', async (t) => {
  const directory = await temporaryDirectory(t);
  const pidfile = join(directory, 'pid');
  const daemon = ['client', '--detach', `--pidfile=${pidfile}`, 'monitor', 'Open_vSwitch', 'Bridge', 'name'];
  // strace follows the daemon until it ends, so it is ended from outside as soon as it tells its process id.
  const traced = trace(directory, daemon, { OVS_RUNDIR: sandbox.runDirectory });
  await until('its process id', () => existsSync(pidfile) && readFileSync(pidfile, 'utf8') !== '');
  process.kill(Number(readFileSync(pidfile, 'utf8')));
  t.deepEqual((await traced).programs, [basename(process.execPath)]);
});

needsStrace('the sandbox starts its switch, its guard and the command, and nothing else', async (t) => {
  t.timeout(120_000);
  const directory = await temporaryDirectory(t);
  const { programs, status, stderr } = await trace(directory, ['sandbox', '--', 'true'], { TMPDIR: directory });
  t.is(status, 0, stderr);
  t.deepEqual(
    [...new Set(programs)].filter((name) => ![...SANDBOX, ...GUARD].includes(name)),
    [],
  );
  t.true(programs.includes('ovs-vswitchd'), 'strace saw the children');
});

test('the list of tools is of bare names, none of them a shell or an interpreter', (t) => {
  for (const tool of TOOLS) t.regex(tool, /^[a-z][a-z_-]+$/);
  for (const name of ['sh', 'bash', 'env', 'python3', 'perl', 'node', 'sudo', 'ip', 'ovs-vsctl']) {
    t.false(TOOLS.includes(name), name);
  }
});
