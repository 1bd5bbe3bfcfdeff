import { randomUUID } from 'node:crypto';
import test from 'ava';
import type { DraftRow, SwitchTransaction } from '../../../src/vswitch/index.js';
import { configure } from '../../../src/vswitch/index.js';
import { withSwitchDatabase } from '../../support/database.js';
import { behindProxy, codeOf, port, watchCommits } from './requests.js';

test.serial('requests wait only while a transaction is in flight, and then go as one', async (t) => {
  const { ovs, proxy } = await behindProxy(t);
  const commits = watchCommits(t);
  const before = performance.now();
  proxy.hold();
  const first = ovs.transact(port('p0'));
  await new Promise(setImmediate);
  t.is(ovs.waiting, 0, 'one alone is sent at once');
  const rest = Array.from({ length: 12 }, (_, index) => ovs.transact(port(`p${index + 1}`)));
  await new Promise(setImmediate);
  t.is(ovs.waiting, 12);
  proxy.release();
  const numbers = await Promise.all([first, ...rest]);
  t.deepEqual(
    commits.map(({ requests }) => requests),
    [1, 12],
  );
  const passed = performance.now() - before;
  t.true(commits.every(({ ms }) => ms > 0 && ms < passed));
  // One look at the bridge, one change of it, and one new number for all.
  t.is(commits[1]?.operations, 2 * 12 + 2);
  t.deepEqual([...new Set(numbers.slice(1).map(({ nextCfg }) => nextCfg))], [(numbers[0]?.nextCfg as number) + 1]);
});

test.serial('many go behind one that is in flight; what comes then waits', async (t) => {
  const { ovs, proxy, vsctl } = await behindProxy(t);
  const commits = watchCommits(t);
  const plug = (count: number, prefix: string) =>
    Array.from({ length: count }, (_, index) => ovs.transact(port(`${prefix}${index}`)));
  proxy.hold();
  const first = ovs.transact(port('p'));
  await new Promise(setImmediate);
  const many = plug(64, 'a');
  await new Promise(setImmediate);
  t.is(ovs.waiting, 0);
  const late = plug(40, 'b');
  await new Promise(setImmediate);
  t.is(ovs.waiting, 40);
  proxy.release();
  await Promise.all([first, ...many, ...late]);
  t.deepEqual(
    commits.slice(0, 2).map(({ requests }) => requests),
    [1, 64],
  );
  t.is(vsctl('list-ports', 'br0').split('\n').length, 105);
});

test.serial('each sees what those before it do, whoever asked for it', async (t) => {
  const { ovs, vsctl, proxy } = await behindProxy(t);
  proxy.hold();
  const results = Promise.allSettled([
    ovs.transact(port('blocker')),
    ...[
      (tx: SwitchTransaction) => tx.addPort('br1', 'early'),
      (tx: SwitchTransaction) => tx.addBridge('br1'),
      (tx: SwitchTransaction) => tx.addPort('br1', 'p'),
      (tx: SwitchTransaction) => tx.addPort('br1', 'p', { mayExist: true }),
      (tx: SwitchTransaction) => tx.addPort('br1', 'p'),
      (tx: SwitchTransaction) => tx.setInterface('p', { externalIds: { a: '1' } }),
      (tx: SwitchTransaction) => tx.setInterface('p', { externalIds: { a: '2', b: '3' } }),
      (tx: SwitchTransaction) => tx.addPort('br0', 'gone'),
      (tx: SwitchTransaction) => tx.deletePort('gone'),
    ].map((build) => ovs.transact(build)),
  ]);
  proxy.release();
  t.deepEqual((await results).map(codeOf), [
    'ok',
    'ERR_VSWITCH_NO_BRIDGE',
    'ok',
    'ok',
    'ok',
    'ERR_VSWITCH_NAME_TAKEN',
    'ok',
    'ok',
    'ok',
    'ok',
  ]);
  t.is(vsctl('list-ports', 'br1'), 'p');
  t.is(vsctl('get', 'Interface', 'p', 'external_ids'), '{a="2", b="3"}');
  t.is(vsctl('list-ports', 'br0'), 'blocker');
});

test.serial('one that changes nothing has no number, whatever those beside it have', async (t) => {
  const { ovs } = await behindProxy(t);
  const [changed, unchanged] = await Promise.all([ovs.transact(port('p')), ovs.transact((tx) => void tx.bridges())]);
  t.is(typeof changed.nextCfg, 'number');
  t.is(unchanged.nextCfg, undefined);
});

test.serial('who sets, removes or deletes what another has just written hides no failure of it', async (t) => {
  const { ovs } = await behindProxy(t);
  await ovs.transact(port('p0'));
  const wrong = (tx: SwitchTransaction) => tx.set(tx.record('Port', 'p0') as DraftRow, { qos: randomUUID() });
  const wrongIds = (tx: SwitchTransaction) => tx.add(tx.record('Bridge', 'br0') as DraftRow, 'mirrors', [randomUUID()]);
  const after: [what: string, first: typeof wrong, second: typeof wrong][] = [
    ['set', wrong, (tx) => tx.set(tx.record('Port', 'p0') as DraftRow, { qos: null })],
    ['clear', wrongIds, (tx) => tx.clear(tx.record('Bridge', 'br0') as DraftRow, 'mirrors')],
    ['delete', wrong, (tx) => tx.deletePort('p0')],
  ];
  for (const [what, first, second] of after) {
    const results = await Promise.allSettled([ovs.transact(first), ovs.transact(second)]);
    t.deepEqual(results.map(codeOf), ['ERR_OVSDB_REFERENTIAL_INTEGRITY', 'ok'], what);
  }
});

test.serial('other columns of the same row are joined, and what one sets twice', async (t) => {
  const { ovs, vsctl } = await behindProxy(t);
  await ovs.transact((tx) => {
    tx.addPort('br0', 'p0');
    tx.addPort('br0', 'p1');
  });
  const commits = watchCommits(t);
  const set = (tx: SwitchTransaction, name: string, columns: { tag?: number; vlan_mode?: string }) =>
    tx.set(tx.record('Port', name) as DraftRow, columns);
  await Promise.all([
    ovs.transact((tx) => set(tx, 'p0', { tag: 1 })),
    ovs.transact((tx) => set(tx, 'p0', { vlan_mode: 'access' })),
    ovs.transact((tx) => {
      set(tx, 'p1', { tag: 2 });
      set(tx, 'p1', { tag: 3 });
    }),
  ]);
  t.deepEqual(
    commits.map(({ requests }) => requests),
    [3],
  );
  t.is(vsctl('get', 'Port', 'p0', 'tag', 'vlan_mode', '--', 'get', 'Port', 'p1', 'tag'), '1\naccess\n3');
});

test.serial('a bridge that came with what was taken back is not there for those that come later', async (t) => {
  const { ovs } = await behindProxy(t);
  const failing = ovs.transact((tx) => {
    tx.addBridge('br1');
    tx.addPort('br1', 'p0');
    throw new Error('enough');
  });
  await t.throwsAsync(failing, { message: 'enough' });
  await t.throwsAsync(
    ovs.transact((tx) => tx.addPort('br1', 'p0')),
    { code: 'ERR_VSWITCH_NO_BRIDGE' },
  );
});

test.serial("what a function did before it threw is nobody's", async (t) => {
  const { ovs, vsctl, proxy } = await behindProxy(t);
  proxy.hold();
  const enough = new Error('enough');
  const results = Promise.allSettled([
    ovs.transact(port('blocker')),
    ovs.transact((tx) => {
      tx.addPort('br0', 'half');
      throw enough;
    }),
    ovs.transact((tx) => t.throws(() => tx.addPort('br0', 'blocker')) && tx.addPort('br0', 'whole')),
  ]);
  proxy.release();
  const [, failed] = await results;
  t.is((failed as PromiseRejectedResult).reason, enough);
  t.is(vsctl('list-ports', 'br0'), 'blocker\nwhole');
});

test.serial('a lone caller that asks for one after the other is never made to wait', async (t) => {
  const { ovs } = await withSwitchDatabase(t);
  await ovs.transact((tx) => tx.addBridge('br0'));
  const commits = watchCommits(t);
  for (let number = 0; number < 20; number++) await ovs.transact(port(`p${number}`));
  t.true(commits.every(({ requests, waiting }) => requests === 1 && waiting === 0));
});

test.serial('a caller of one among many that ask again and again gets its turn', async (t) => {
  const { ovs } = await withSwitchDatabase(t);
  await ovs.transact((tx) => tx.addBridge('br0'));
  let stop = false;
  let number = 0;
  const busy = Array.from({ length: 30 }, async () => {
    while (!stop) await ovs.transact(port(`p${number++}`));
  });
  const commits = watchCommits(t);
  await ovs.transact(port('patient'));
  // It went with the next transaction, or was among those of the first.
  t.true(commits.length <= 2, `${commits.length} transactions`);
  stop = true;
  await Promise.all(busy);
});

test.serial('a bridge that is deleted hides no failure of what was asked of its ports before', async (t) => {
  const { ovs } = await withSwitchDatabase(t);
  await ovs.transact((tx) => {
    tx.addBridge('br0');
    tx.addPort('br0', 'p0');
  });
  const results = await Promise.allSettled([
    ovs.transact((tx) => tx.set(tx.record('Port', 'p0') as DraftRow, { qos: randomUUID() })),
    ovs.transact((tx) => tx.deleteBridge('br0')),
  ]);
  t.deepEqual(results.map(codeOf), ['ERR_OVSDB_REFERENTIAL_INTEGRITY', 'ok']);
});

test.serial('a function that is async is refused, for what it does later would be lost', async (t) => {
  const { ovs } = await withSwitchDatabase(t);
  const late = async (tx: SwitchTransaction) => {
    await null;
    tx.addBridge('late');
  };
  const failing = async () => {
    throw new Error('nobody hears of this');
  };
  const refused = { code: 'ERR_INVALID_ARGUMENT', message: /must not be async/ };
  for (const build of [late, failing]) {
    await t.throwsAsync(ovs.transact(build), refused);
    await t.throwsAsync(configure(ovs.client, build), refused);
  }
  await t.throwsAsync(ovs.transact(5 as never), { code: 'ERR_INVALID_ARGUMENT', message: /a function, not number 5/ });
  await t.throwsAsync(ovs.transact(port('p'), { signal: 'now' as never }), { code: 'ERR_INVALID_ARGUMENT' });
});
