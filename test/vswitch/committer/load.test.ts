import { randomUUID } from 'node:crypto';
import test from 'ava';
import type { SwitchTransaction } from '../../../src/vswitch/index.js';
import { Ovs } from '../../../src/vswitch/index.js';
import { withSwitchDatabase } from '../../support/database.js';
import { codeOf, port } from './requests.js';

test.serial('of 10,000 requests the bad one in a hundred fails, each with its own error', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await ovs.transact((tx) => tx.addBridge('br0'));
  const bad: [string, (tx: SwitchTransaction, name: string) => void][] = [
    ['ERR_VSWITCH_NO_BRIDGE', (tx, name) => tx.addPort('nowhere', name)],
    ['ERR_VSWITCH_NAME_TAKEN', (tx) => tx.addPort('br0', 'p0')],
    ['ERR_OVSDB_SCHEMA', (tx, name) => tx.addPort('br0', name, { tag: 4096 })],
    // Only the server can know.
    ['ERR_OVSDB_REFERENTIAL_INTEGRITY', (tx, name) => tx.addPort('br0', name, { columns: { qos: randomUUID() } })],
  ];
  const expected: string[] = [];
  let next = 0;
  const got: string[] = [];
  const caller = async () => {
    while (next < 10_000) {
      const number = next++;
      const [code, build] = (number % 100 === 50 ? bad[Math.floor(number / 100) % bad.length] : undefined) ?? [
        'ok',
        undefined,
      ];
      expected[number] = code;
      const name = `p${number}`;
      const done = ovs.transact((tx) => (build ? build(tx, name) : tx.addPort('br0', name)));
      [got[number]] = (await Promise.allSettled([done])).map(codeOf) as [string];
    }
  };
  await Promise.all(Array.from({ length: 200 }, caller));
  t.deepEqual(got, expected);
  t.is(new Set(expected).size, 5, 'all kinds were among them');
  const ports = vsctl('list-ports', 'br0').split('\n');
  t.is(ports.length, 9900);
});

test.serial(
  'when ovsdb-server is killed under load, nothing was said to be done that is not, or refused that is',
  async (t) => {
    const { ovs, vsctl, server } = await withSwitchDatabase(t);
    await ovs.transact((tx) => tx.addBridge('br0'));
    const said = new Map<string, string>();
    let number = 0;
    let stop = false;
    const callers = Array.from({ length: 32 }, async () => {
      while (!stop) {
        const name = `p${number++}`;
        said.set(name, (await Promise.allSettled([ovs.transact(port(name))])).map(codeOf)[0] as string);
      }
    });
    for (let round = 0; round < 3; round++) {
      const before = ovs.tables.ports.size;
      await ovs.replica.waitUntil('some ports more', () => ovs.tables.ports.size > before + 200);
      await server.kill();
      await server.start(AbortSignal.timeout(30_000));
    }
    stop = true;
    await Promise.all(callers);
    const there = new Set(vsctl('list-ports', 'br0').split('\n'));
    const codes = new Set(said.values());
    t.true(codes.has('ok'));
    for (const code of codes)
      t.true(['ok', 'ERR_OVSDB_COMMIT_OUTCOME_UNKNOWN', 'ERR_VSWITCH_NAME_TAKEN'].includes(code), code);
    for (const [name, code] of said) if (code === 'ok') t.true(there.has(name), name);
    for (const name of there) t.true(said.has(name), name);
  },
);

test.serial('two processes that add the same ports share them out, and neither loses any', async (t) => {
  const { ovs, vsctl, remote } = await withSwitchDatabase(t);
  await using other = await Ovs.connect(remote);
  await ovs.transact((tx) => tx.addBridge('br0'));
  await other.sync();
  const names = Array.from({ length: 300 }, (_, index) => `p${index}`);
  const both = await Promise.all(
    [ovs, other].map((each) => Promise.allSettled(names.map((name) => each.transact(port(name))))),
  );
  const [ours, theirs] = both.map((results) => results.map(codeOf)) as [string[], string[]];
  for (const [index, code] of ours.entries()) {
    t.deepEqual([code, theirs[index]].sort(), ['ERR_VSWITCH_NAME_TAKEN', 'ok'], names[index]);
  }
  t.deepEqual(vsctl('list-ports', 'br0').split('\n').sort(), [...names].sort());
});
