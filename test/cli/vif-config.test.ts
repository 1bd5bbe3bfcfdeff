import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { parseXml } from '../vif/cases/xml.js';
import { request } from '../vif/request.js';

/** What asks nothing of this machine: XML, and plans on the machine that a request tells of. No switch is there. */
const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const originals = new URL('../../../test/vif/cases/originals.jsonl', import.meta.url);
const cases: { input: { name: string; release: string } }[] = readFileSync(originals, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
const directory = mkdtempSync(join(tmpdir(), 'ovskit-vif-config-'));
test.after.always(() => rmSync(directory, { recursive: true }));

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

function ovskit(content: unknown, ...args: string[]): Run {
  const [verb = '', ...options] = args;
  const env = { PATH: process.env.PATH, OVSKIT_REMOTE: 'unix:/none.sock' };
  return spawnSync(process.execPath, [main, 'vif', verb, '--request', '-', ...options], {
    encoding: 'utf8',
    env,
    input: JSON.stringify(content),
  });
}

function inputOf(name: string, release: string): unknown {
  const found = cases.find(({ input }) => input.name === name && input.release === release);
  if (!found) throw new Error(`no case ${name}, ${release}`);
  return found.input;
}

test('config writes the XML, and as JSON what --explain --json says', (t) => {
  const input = inputOf('bridge', 'newton');
  const plain = ovskit(input, 'config');
  t.is(plain.stderr, '');
  t.is(plain.status, 0);
  t.is(parseXml(plain.stdout).attributes.type, 'bridge');
  for (const options of [['--json'], ['--explain', '--json'], ['--release', 'newton', '--json']]) {
    const { stdout, status } = ovskit(input, 'config', ...options);
    t.is(status, 0);
    t.deepEqual(JSON.parse(stdout), { xml: plain.stdout, commands: [], error: null });
  }
});

test('--release goes before that of the request', (t) => {
  const input = inputOf('ovs hybrid (by nova firewall)', 'newton');
  const commandsOf = (...options: string[]) => {
    const { stdout } = ovskit(input, 'plug', '--explain', '--json', ...options);
    return JSON.parse(stdout).commands.map(([command]: string[]) => command);
  };
  t.true(commandsOf().includes('sysctl'));
  t.false(commandsOf('--release', 'icehouse').includes('sysctl'));
});

test('an error is told in the JSON, on the standard error and by the exit status', (t) => {
  for (const [name, verb, code] of [
    ['type bogus', 'plug', 'ERR_VIF_UNKNOWN_TYPE'],
    ['MAC malformed', 'config', 'ERR_INVALID_ARGUMENT'],
    ['macvtap, missing', 'config', 'ERR_VIF_DETAILS_MISSING'],
  ] as const) {
    const run = ovskit(inputOf(name, 'newton'), verb, '--explain', '--json');
    const { xml, commands, error } = JSON.parse(run.stdout);
    t.deepEqual([xml, commands, error.code], [null, [], code]);
    t.true(run.stderr.includes(error.message), run.stderr);
    t.is(run.stderr.trimEnd().split('\n').length, 1);
    t.is(run.status, 1);
  }
  const { error } = JSON.parse(ovskit(inputOf('macvtap, missing', 'newton'), 'config', '--json').stdout);
  t.regex(error.message, /vif\.details\.macvtap_source, vif\.details\.physical_interface are missing/);
});

test('a tool that the host says fails is the last command', (t) => {
  const run = ovskit(inputOf('vrouter, no such command', 'newton'), 'plug', '--explain', '--json');
  const { commands, error } = JSON.parse(run.stdout);
  t.is(commands.at(-1)[0], 'vrouter-port-control');
  t.is(error.code, 'ERR_TOOL_NOT_FOUND');
  t.is(run.status, 1);
});

test('a request of another machine is explained and not done', (t) => {
  const input = inputOf('tap', 'newton');
  const steps = ovskit(input, 'plug', '--dry-run');
  t.is(steps.stdout, 'tapdc065497-3c: create tap tapdc065497-3c\ntapdc065497-3c: set MTU of tapdc065497-3c to 1450\n');
  for (const verb of ['plug', 'unplug']) {
    const run = ovskit(input, verb);
    t.is(run.status, 1);
    t.regex(run.stderr, /host is of another machine/);
    t.is(run.stdout, '');
  }
});

test('a list gives a list', (t) => {
  const list = { requests: [inputOf('tap', 'newton'), inputOf('hostdev_physical', 'newton')] };
  const distinct = { requests: list.requests.map((each, n) => ({ ...(each as object), vif: vifOf(each, n) })) };
  const { requests } = JSON.parse(ovskit(distinct, 'config', '--json').stdout);
  t.deepEqual(
    requests.map(({ name, error }: { name: string; error: unknown }) => [name, error]),
    [
      ['tap0', null],
      ['tap1', null],
    ],
  );
  t.regex(ovskit(list, 'config').stderr, /requests 1 and 2 both name device/);
  const bad = ovskit([inputOf('tap', 'newton'), { vif: 5 }], 'config', '--json');
  t.regex(bad.stderr, /request 2: vif must be an object/);
  t.is(bad.stdout, '');
});

const vifOf = (each: unknown, n: number) => ({ ...(each as { vif: object }).vif, devname: `tap${n}` });

test('a file is named by --request or alone; without a switch that is wanted, nothing is explained', (t) => {
  const file = join(directory, 'request.json');
  writeFileSync(file, JSON.stringify(request(1)));
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [main, 'vif', ...args], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, OVSKIT_REMOTE: 'unix:/none.sock' },
    });
  t.regex(run('config', file).stdout, /^<interface type="bridge">/);
  t.regex(run('plug', file, '--explain', '--json').stderr, /cannot connect to unix:\/none\.sock/);
  t.regex(run('plug', file, '--explain', '--db', 'unix:/other.sock').stderr, /cannot connect to unix:\/other\.sock/);
  t.is(run('config', file, '--release', 'ocata').status, 2);
  t.is(run('config', file, '--db', 'a', '--remote', 'b').status, 2);
  t.regex(
    run('plug', file, '--explain', '--db', 'ssl:127.0.0.1:1', '-C', '/none.pem').stderr,
    /CA certificate \/none\.pem cannot be read/,
  );
});
