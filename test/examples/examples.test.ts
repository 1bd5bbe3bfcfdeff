import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { createTap, deleteTap, linkExists } from '../../src/netdev/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { createDatabase, temporaryDirectory, withServer } from '../support/ovsdb-server.js';
import { needsRoot } from '../support/root.js';
import { output } from '../support/run.js';
import { request } from '../vif/request.js';
import { compile, makeProject } from './project.js';

const rootTest = needsRoot(test).serial;
const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const directory = makeProject();
let sandbox: Sandbox;

/** The two tables of ovn-nb(5) that the example is about, for where OVN's own schema can't be had. */
const TWO_TABLES = {
  name: 'OVN_Northbound',
  version: '7.0.0',
  tables: {
    Logical_Switch: {
      isRoot: true,
      columns: {
        name: { type: 'string' },
        ports: {
          type: { key: { type: 'uuid', refTable: 'Logical_Switch_Port' }, min: 0, max: 'unlimited' },
        },
      },
    },
    Logical_Switch_Port: {
      indexes: [['name']],
      columns: {
        name: { type: 'string' },
        addresses: { type: { key: 'string', min: 0, max: 'unlimited' } },
      },
    },
  },
};

/** OVN's northbound schema: its own. */
async function northbound(t: ExecutionContext): Promise<{ readonly name: string }> {
  const tool = await import(new URL('../../../tools/ovn-schema.mjs', import.meta.url).href);
  const found: { schema: string } | { missing: string } = await tool.ovnSchema();
  if ('schema' in found) return JSON.parse(readFileSync(found.schema, 'utf8'));
  t.log(`two tables of the schema alone: ${found.missing}`);
  return TWO_TABLES;
}

/** The database's server outlives the test that starts it by no more than the tests: the types are made from it first. */
test.serial('northbound: types of the server that is there, a switch made once, and told twice', async (t) => {
  t.timeout(120_000);
  const database = await createDatabase(await temporaryDirectory(t), await northbound(t));
  const { remote } = await withServer(t, { databases: [database] });
  const types = join(directory, 'northbound-schema.ts');
  await output(process.execPath, [main, 'codegen', remote, '--database', 'OVN_Northbound', '--output', types]);
  await compile(directory);
  for (const _ of ['made', 'found']) {
    const told = await output(process.execPath, ['northbound.js', remote, 'sw0', 'vm1', 'vm2'], { cwd: directory });
    t.is(told, 'sw0: vm1, vm2');
  }
});

rootTest.before(async () => {
  sandbox = await startSandbox();
  await sandbox.addBridge('br-int');
});
test.after.always(async () => {
  await sandbox?.stop();
  rmSync(directory, { recursive: true, force: true });
});

function start(script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const options = { cwd: directory, env: { ...process.env, ...env } };
  return spawn(process.execPath, [script, ...args], { ...options, stdio: ['pipe', 'pipe', 'inherit'] });
}

/** Runs a script to its end with this on its standard input. */
async function feed(
  script: string,
  input: string,
  env: NodeJS.ProcessEnv = {},
): Promise<[status: number, out: string]> {
  const child = start(script, script === 'cni-tap.js' ? [] : [sandbox.remote], env);
  child.stdin!.end(input);
  const [out, [status]] = await Promise.all([text(child.stdout!), once(child, 'exit')]);
  return [status, out];
}

rootTest('plug-service: many at once, each answered by its id, also what is wrong', async (t) => {
  t.timeout(60_000);
  const orders = [
    ...Array.from({ length: 8 }, (_, i) => ({ id: i, do: 'plug', request: request(i) })),
    { id: 'nowhere', do: 'plug', request: request(9, { bridge: 'br-none' }) },
    { id: 'what', do: 'dance' },
  ];
  const lines = [...orders.map((order) => JSON.stringify(order)), 'no JSON'];
  const [status, out] = await feed('plug-service.js', lines.join('\n'));
  t.is(status, 0);
  const [ready, ...answers] = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.deepEqual(ready, { ready: true });
  const by = new Map(answers.map((answer) => [answer.id, answer]));
  for (let i = 0; i < 8; i++) t.true(by.get(i).ok.ofport > 0 && linkExists(`tap${i}`));
  t.is(by.get('nowhere').error.code, 'ERR_VSWITCH_NO_BRIDGE');
  t.is(by.get('what').error.code, 'ERR_SYNTAX');
  t.is(by.get(null).error.code, 'ERR_SYNTAX');
  const unplug = orders.slice(0, 8).map((order) => JSON.stringify({ ...order, do: 'unplug' }));
  t.is((await feed('plug-service.js', unplug.join('\n')))[0], 0);
  t.false(linkExists('tap0'));
});

rootTest('cni-tap: ADD twice and DEL twice, and errors as the specification has them', async (t) => {
  t.timeout(60_000);
  const configuration = JSON.stringify({ cniVersion: '1.0.0', name: 'n', bridge: 'br-int', remote: sandbox.remote });
  const call = async (command: string, input = configuration) => {
    const [status, out] = await feed('cni-tap.js', input, {
      CNI_COMMAND: command,
      CNI_CONTAINERID: 'c1',
      CNI_IFNAME: 'eth0',
    });
    return { status, result: out === '' ? undefined : JSON.parse(out) };
  };
  const added = await call('ADD');
  t.is(added.status, 0, JSON.stringify(added));
  const [{ name, mac }] = added.result.interfaces;
  t.true(linkExists(name));
  t.regex(mac, /^02(:[0-9a-f]{2}){5}$/);
  t.deepEqual(await call('ADD'), added);
  t.deepEqual(await call('DEL'), { status: 0, result: undefined });
  t.false(linkExists(name));
  t.deepEqual(await call('DEL'), { status: 0, result: undefined });
  t.deepEqual((await call('VERSION')).result.supportedVersions, ['0.4.0', '1.0.0']);
  t.like(await call('ADD', configuration.replace('br-int', 'br-none')), {
    status: 1,
    result: { code: 100, details: 'ERR_VSWITCH_NO_BRIDGE' },
  });
  t.is((await call('ADD', configuration.replace('1.0.0', '9.9.9'))).result.code, 1);
  t.is((await call('ADD', '{')).result.code, 6);
  t.is((await call('DANCE')).result.code, 4);
});

rootTest('watch: what happens to a link and to a port is told, until a signal ends it', async (t) => {
  t.timeout(60_000);
  const child = start('watch.js', [sandbox.remote]);
  t.teardown(() => child.kill());
  const exit = once(child, 'exit');
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const until = async (pattern: RegExp) => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`it ended before ${pattern}`);
      if (pattern.test(value)) return;
    }
  };
  await until(/^watching/);
  await createTap('watched0', { up: true });
  await until(/^link-added watched0 /);
  const vsctl = (...args: string[]) => output('ovs-vsctl', args, { env: { ...process.env, ...sandbox.env } });
  await vsctl('add-port', 'br-int', 'watched0');
  await until(/^port-(?:added|changed) watched0 ofport \d+/);
  await vsctl('del-port', 'watched0');
  await until(/^port-removed watched0/);
  await deleteTap('watched0');
  await until(/^link-removed watched0 -/);
  child.kill('SIGTERM');
  t.deepEqual(await exit, [0, null]);
});
