import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { parseReconfigure } from '../../src/cli/reconfigure/arguments.js';
import { createTap, getLink } from '../../src/netdev/index.js';
import { loadRecords } from '../../src/reconfigure/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { hostDocument } from '../reconfigure/host.js';
import { needsRoot } from '../support/root.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const rootTest = needsRoot(test).serial;
const directory = mkdtempSync(join(tmpdir(), 'ovskit-reconfigure-'));
const records = join(directory, 'records.json');
const factsFile = join(directory, 'facts.json');
let sandbox: Sandbox;

test.before(() => {
  writeFileSync(records, JSON.stringify(hostDocument()));
  const netdevs = Object.fromEntries(['eth0', 'eth1', 'eth2', 'eth3'].map((name) => [name, { features: '0x180' }]));
  writeFileSync(factsFile, JSON.stringify({ netdevs }));
});

rootTest.before(async () => {
  sandbox = await startSandbox();
  await createTap('eth0', {});
});

test.after.always(async () => {
  await sandbox?.stop();
  rmSync(directory, { recursive: true });
});

/** A switch that is not there, unless the sandbox is asked for. */
function ovskit(args: string[], env: Record<string, string> = { OVSKIT_REMOTE: `unix:${directory}/none.sock` }) {
  const options = { encoding: 'utf8' as const, env: { ...process.env, ...env } };
  return spawnSync(process.execPath, [main, 'reconfigure', ...args], options);
}

const vsctl = (...args: string[]) =>
  execFileSync('ovs-vsctl', args, { env: { ...process.env, ...sandbox.env }, encoding: 'utf8' }).trim();

test.serial('--explain --json on facts: commands, log, no error, and no switch', (t) => {
  const { status, stdout, stderr } = ovskit([
    'up',
    'bond0',
    '--records',
    records,
    '--facts',
    factsFile,
    '--explain',
    '--json',
  ]);
  t.is(stderr, '');
  t.is(status, 0);
  const { commands, log, error } = JSON.parse(stdout);
  t.is(error, null);
  t.true(log.includes('configure datapath: bridge xapi0'));
  t.deepEqual(
    commands.map(([tool]: string[]) => tool).filter((tool: string) => tool === 'ovs-vsctl'),
    ['ovs-vsctl'],
  );
  t.deepEqual(commands[0], ['ip', 'link', 'set', 'dev', 'eth1', 'up']);
  t.deepEqual(commands.at(-1), ['ip', 'link', 'set', 'dev', 'bond0', 'up']);
});

test.serial('--explain --json of what can not be done has the error', (t) => {
  const { status, stdout } = ovskit(['up', 'eth7', '--records', records, '--facts', factsFile, '--explain', '--json']);
  t.is(status, 1);
  const { commands, error } = JSON.parse(stdout);
  t.deepEqual(commands, []);
  t.is(error.code, 'ERR_RECONFIGURE_NO_PIF');
  t.regex(error.message, /no PIF is or has "eth7"/);
});

test.serial('bad records end it before the switch is asked', (t) => {
  const bad = join(directory, 'bad.json');
  const document = hostDocument();
  document.pifs['eth0.5'].VLAN = '4096';
  writeFileSync(bad, JSON.stringify(document));
  const { status, stdout, stderr } = ovskit(['up', 'eth0', '--records', bad]);
  t.is(status, 1);
  t.is(stdout, '');
  t.is(stderr, `ovskit: ${bad}: PIF eth0.5: VLAN must be 0 to 4095, or -1 for none, not "4096"\n`);
  const json = ovskit(['up', 'eth0', '--records', bad, '--log', 'json']);
  t.like(JSON.parse(json.stderr), { level: 'error', code: 'ERR_RECONFIGURE_RECORDS' });
  t.is(json.stdout, '');
});

test.serial('usage errors are told, with status 2', (t) => {
  const wrong: [string[], RegExp][] = [
    [[], /^say "ovskit reconfigure up\|down\|rewrite\|diff"/],
    [['sideways'], /^no "ovskit reconfigure sideways": there is "ovskit reconfigure up\|down\|rewrite\|diff"/],
    [['dowm'], /^no "ovskit reconfigure dowm": did you mean down\?/],
    [['up'], /takes one PIF.*not none/],
    [['up', 'eth0', 'eth1'], /takes one PIF.*not 2/],
    [['up', '--pif-uuid', 'u', 'eth1'], /takes one PIF.*not 2/],
    [['rewrite', 'eth0'], /takes no PIF/],
    [['up', 'eth0', '--ip-backend', 'netplan'], /--ip-backend is none or ifcfg, not netplan/],
    [['up', 'eth0', '--log', 'xml'], /--log is text or json, not xml/],
    [['up', 'eth0', '--mac', 'x'], /--mac goes with "--force BRIDGE rewrite"/],
    [['--force', 'xenbr0', 'rewrite', '--device', 'eth0', '--mode', 'dhcp'], /needs --mac/],
    [['--force', 'b', 'rewrite', '--device', 'e', '--mac', 'm', '--mode', 'static'], /needs --ip and --netmask/],
    [['up', 'eth0', '--records', 'a', '--db', 'b'], /--records is said twice/],
    [['up', 'eth0', '--session', 's'], /^Unknown option '--session'; --help tells which there are$/],
    [['up', 'eth0', '--recrods', 'r'], /^Unknown option '--recrods': did you mean --records\?$/],
  ];
  for (const [args, message] of wrong) {
    t.throws(() => parseReconfigure(args), { code: 'ERR_USAGE', message }, args.join(' '));
  }
  t.is(ovskit(['sideways']).status, 2);
});

test.serial('a rewrite without a database is nothing to do, an up is an error', (t) => {
  const rewrite = ovskit(['rewrite', '--records', records]);
  t.is(rewrite.status, 0, rewrite.stderr);
  t.regex(rewrite.stderr, /^the switch has no database now/);
  const json = ovskit(['rewrite', '--records', records, '--json']);
  t.deepEqual(JSON.parse(json.stdout), { changed: false, steps: [], error: null });
  const up = ovskit(['up', 'eth0', '--records', records]);
  t.is(up.status, 1);
  t.regex(up.stderr, /none\.sock/);
});

test.serial('--force BRIDGE rewrite writes the records of the management interface', async (t) => {
  const prefix = join(directory, 'prefix');
  mkdirSync(join(prefix, 'var/xapi'), { recursive: true });
  const words =
    '--device eth0 --mac 52:54:00:00:00:01 --mode static --ip 10.0.0.2 --netmask 255.0.0.0 --gateway 10.0.0.1';
  const args = ['--force', 'xenbr0', 'rewrite', ...words.split(' '), '--root-prefix', prefix, '--no-syslog'];
  const { status, stderr } = ovskit(args);
  t.is(stderr, '');
  t.is(status, 0);
  const { pifs } = await loadRecords(join(prefix, 'var/xapi/network.dbcache'));
  const [pif] = [...pifs.values()];
  t.like(pif, { device: 'eth0', MAC: '52:54:00:00:00:01', IP: '10.0.0.2', gateway: '10.0.0.1', management: true });
  const facts = ['--facts', factsFile, '--explain', '--root-prefix', prefix];
  const up = ovskit(['--force', 'xenbr0', 'up', ...facts]);
  t.is(up.status, 0, up.stderr);
  t.regex(up.stdout, /add-port xenbr0 eth0/);
  const cache = ['--records', join(prefix, 'var/xapi/network.dbcache'), '--facts', factsFile];
  t.regex(ovskit(['diff', ...cache]).stderr, /^warning: the records say of no PIF with a bridge that it is attached/);
  t.regex(ovskit(['rewrite', '--explain', ...cache]).stderr, /^the records say of no PIF that it is attached/);
  const nowhere = ovskit([...args, '--db', join(directory, 'nowhere', 'cache')]);
  t.is(nowhere.status, 1);
  t.regex(nowhere.stderr, /^ovskit: can't write .*nowhere\/cache: ENOENT[^\n]*\n$/);
  const badMac = ovskit(['--force', 'b', 'rewrite', '--device', 'e', '--mac', 'm', '--mode', 'dhcp', '--db', records]);
  t.is(badMac.status, 1);
  t.true(existsSync(records) && readFileSync(records, 'utf8').startsWith('{'), 'nothing was written');
});

rootTest('up, diff and down on a switch, in both grammars', (t) => {
  const on = (...args: string[]) => ovskit([...args, '--records', records, '--datapath-type', 'netdev'], sandbox.env);
  const before = on('diff');
  t.is(before.status, 0, before.stderr);
  t.regex(before.stdout, /^PIF eth0 \(uuid-eth0-\): set link eth0 up$/m);
  t.is(vsctl('list-br'), '');
  const dry = on('up', 'eth0', '--dry-run');
  t.regex(dry.stdout, /^set link eth0 up$/m);
  t.is(vsctl('list-br'), '');
  t.false(getLink('eth0').up);

  const up = on('up', 'eth0', '--json', '--log', 'json');
  t.is(up.status, 0, up.stderr);
  t.true(JSON.parse(up.stdout).changed);
  for (const line of up.stderr.trim().split('\n')) t.deepEqual(Object.keys(JSON.parse(line)), ['level', 'message']);
  t.is(vsctl('list-ports', 'xenbr0'), 'eth0');
  t.is(on('diff').stdout, '');
  t.false(JSON.parse(on('up', 'xenbr0', '--json').stdout).changed);

  const down = on('--pif-uuid', 'uuid-eth0-', 'down');
  t.is(down.status, 0, down.stderr);
  t.is(vsctl('list-br'), '');
  t.false(getLink('eth0').up);
  const missing = on('up', 'eth3');
  t.is(missing.status, 1);
  t.is(missing.stderr, "ovskit: device eth3 does not exist, so it can't be brought up\n");
});

test.serial('what fails prints its error as JSON, too, where --json asks for that', (t) => {
  for (const verb of ['up', 'down', 'diff']) {
    const { status, stdout, stderr } = ovskit([verb, 'eth7', '--records', records, '--facts', factsFile, '--json']);
    t.is(status, 1);
    const { error, ...rest } = JSON.parse(stdout);
    t.deepEqual(rest, {});
    t.is(stderr, `ovskit: ${error.message}\n`);
    t.truthy(error.code);
  }
});

test.serial('records in a pipe that nobody writes into end by a signal', async (t) => {
  const pipe = join(directory, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const child = spawn(process.execPath, [main, 'reconfigure', 'diff', '--records', pipe, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [exit, stdout] = [once(child, 'exit'), text(child.stdout)];
  // It opens once somebody reads, and brings nothing.
  const writer = await open(pipe, 'w');
  child.kill('SIGINT');
  t.deepEqual(await exit, [130, null]);
  await writer.close();
  t.is(JSON.parse(await stdout).error.code, 'ERR_ABORTED');
});

rootTest('a datapath type that ovs-vswitchd does not know is an error; one that it can not make, a warning', (t) => {
  const up = (...args: string[]) => ovskit(['up', 'eth0', '--records', records, ...args], sandbox.env);
  const unknown = up('--datapath-type', 'netdevv');
  t.is(unknown.status, 1);
  t.regex(unknown.stderr, /^ovskit: datapath type "netdevv" is none that ovs-vswitchd knows: .*netdev.*\n$/);
  t.is(vsctl('list-br'), '');
  const { status, stderr } = up();
  t.is(status, 0, stderr);
  // This machine may have the module.
  const made = vsctl('get', 'Bridge', 'xenbr0', 'datapath_id') !== '[]';
  t.is(/^warning: bridge xenbr0 has no datapath: .* type system .*netdev does without/m.test(stderr), !made);
  t.is(ovskit(['down', 'eth0', '--records', records], sandbox.env).status, 0);
});

rootTest('what a card refuses is asked for each time, and is no change', (t) => {
  const document = hostDocument();
  const file = join(directory, 'refused.json');
  const networks = { ...document.networks, 'net-eth0': { ...document.networks['net-eth0'], MTU: '70000' } };
  writeFileSync(file, JSON.stringify({ ...document, networks }));
  const up = () => ovskit(['up', 'eth0', '--records', file, '--datapath-type', 'netdev', '--json'], sandbox.env);
  t.true(JSON.parse(up().stdout).changed);
  const { stdout, stderr } = up();
  t.regex(stderr, /^warning: set MTU of eth0 to 70000: /m);
  t.false(JSON.parse(stdout).changed);
});

rootTest('a configuration file that can not be read is an error that names it', (t) => {
  const prefix = join(directory, 'unreadable');
  mkdirSync(join(prefix, 'etc/sysconfig/network'), { recursive: true });
  const { status, stderr } = ovskit(['up', 'eth0', '--records', records, '--root-prefix', prefix], sandbox.env);
  t.is(status, 1);
  t.regex(stderr, /^ovskit: can't read .*unreadable\/etc\/sysconfig\/network: EISDIR[^\n]*\n$/);
});

test.serial('facts that are none are told with their file', (t) => {
  const file = join(directory, 'bad-facts.json');
  for (const [text, message] of [
    ['{', /bad-facts\.json: it is no JSON/],
    ['{}', /bad-facts\.json: facts: netdevs is missing/],
  ] as const) {
    writeFileSync(file, text);
    const { status, stderr } = ovskit(['up', 'eth0', '--records', records, '--facts', file, '--explain']);
    t.is(status, 1);
    t.regex(stderr, message);
  }
});
