import { randomUUID } from 'node:crypto';
import test from 'ava';
import type { DraftRow, SwitchTransaction } from '../../../src/vswitch/index.js';
import { withSwitchDatabase } from '../../support/database.js';
import { codeOf, port } from './requests.js';

test.serial('who has to read first holds its place in the order', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await ovs.transact((tx) => tx.addBridge('br0'));
  const order: string[] = [];
  const ask = (name: string, build: (tx: SwitchTransaction) => void) =>
    ovs.transact(build).then(() => order.push(name));
  await Promise.all([
    ask('port', port('p0')),
    ask('mode', (tx) => {
      t.is(tx.failMode('br0'), undefined);
      tx.setFailMode('br0', 'secure');
    }),
    ask('mode again', (tx) => {
      t.is(tx.failMode('br0'), 'secure');
      tx.setFailMode('br0', 'standalone');
    }),
    ask('other port', port('p1')),
  ]);
  t.deepEqual(order, ['port', 'mode', 'mode again', 'other port']);
  t.is(vsctl('get-fail-mode', 'br0'), 'standalone');
});

test.serial('a row that is not there is the fault of who names it, and holds nobody up', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await ovs.transact((tx) => tx.addBridge('br0'));
  const uuid = randomUUID();
  const gone = { code: 'ERR_VSWITCH_REFUSED', message: `no row "${uuid}" in table Port` };
  const results = [
    ovs.transact(port('p0')),
    // One is found out when the changes are written, the other when it reads.
    ovs.transact((tx) => tx.set({ table: 'Port', uuid }, { tag: 1 })),
    ovs.transact(port('p1')),
    ovs.transact((tx) => void tx.get({ table: 'Port', uuid }, 'tag')),
    ovs.transact(port('p2')),
  ];
  const settled = Promise.allSettled(results);
  await t.throwsAsync(results[1] as Promise<unknown>, gone);
  await t.throwsAsync(results[3] as Promise<unknown>, gone);
  t.deepEqual((await settled).map(codeOf), ['ok', 'ERR_VSWITCH_REFUSED', 'ok', 'ERR_VSWITCH_REFUSED', 'ok']);
  t.is(vsctl('list-ports', 'br0'), 'p0\np1\np2');
});

test.serial('who finds gone what it was led to by what the replica does not hold starts all over', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  vsctl('add-br', 'br0', '--', '--id=@m', 'create', 'Mirror', 'name=m', '--', 'add', 'Bridge', 'br0', 'mirrors', '@m');
  await ovs.sync();
  const looks: (readonly string[])[] = [];
  let mirrors: readonly string[] | undefined;
  await ovs.transact((tx) => {
    const bridge = tx.record('Bridge', 'br0') as DraftRow;
    const uuids = tx.get(bridge, 'mirrors') as readonly string[];
    looks.push(uuids);
    // The bridge has been read, and said that there is a mirror; the mirror has not.
    if (looks.length === 1) vsctl('clear', 'Bridge', 'br0', 'mirrors');
    mirrors = tx.mirrors('br0');
  });
  t.deepEqual(mirrors, []);
  t.deepEqual(
    looks.map(({ length }) => length).filter((length, i, all) => length !== all[i - 1]),
    [1, 0],
  );
});
