import test from 'ava';
import type { DraftRow, SwitchTransaction } from '../../../src/vswitch/index.js';
import { behindProxy, codeOf, port, watchCommits } from './requests.js';

/** As many as are worth a transaction of their own behind one in flight. */
const MANY = 16;

/** Reads what it changes, in columns that the replica holds. */
function count(tx: SwitchTransaction): void {
  const row = tx.record('Bridge', 'br0') as DraftRow;
  const ids = new Map(tx.get(row, 'external_ids') as ReadonlyMap<string, string>);
  tx.verify(row, 'external_ids');
  tx.set(row, { external_ids: ids.set('n', String(Number(ids.get('n') ?? '0') + 1)) });
}

test.serial('many that hang on nothing in flight follow it at once, and fewer wait', async (t) => {
  const { ovs, direct, proxy } = await behindProxy(t);
  proxy.hold();
  const first = ovs.transact(port('p'));
  await new Promise(setImmediate);
  const few = Array.from({ length: MANY - 1 }, (_, index) => ovs.transact(port(`q${index}`)));
  await new Promise(setImmediate);
  t.is(ovs.waiting, MANY - 1);
  const last = ovs.transact(port('last'));
  await direct.replica.waitUntil('those that follow', () => direct.tables.port('last'));
  t.is(ovs.waiting, 0);
  proxy.release();
  t.deepEqual((await Promise.allSettled([first, ...few, last])).map(codeOf), Array(MANY + 1).fill('ok'));
});

test.serial('many that hang on a row that is on its way wait for it', async (t) => {
  const { ovs, vsctl, proxy } = await behindProxy(t);
  const commits = watchCommits(t);
  proxy.hold();
  const first = ovs.transact((tx) => tx.addBridge('br1'));
  await new Promise(setImmediate);
  const rest = Array.from({ length: MANY }, (_, index) => ovs.transact((tx) => tx.addPort('br1', `p${index}`)));
  await new Promise(setImmediate);
  t.is(ovs.waiting, MANY);
  proxy.release();
  t.deepEqual((await Promise.allSettled([first, ...rest])).map(codeOf), Array(MANY + 1).fill('ok'));
  t.is(vsctl('list-ports', 'br1').split('\n').length, MANY);
  t.deepEqual(
    commits.map(({ requests, error }) => [requests, error]),
    [
      [1, undefined],
      [MANY, undefined],
    ],
  );
});

test.serial('many that hang on a value that is on its way wait for it, and are built on what it is', async (t) => {
  const { ovs, vsctl, proxy } = await behindProxy(t);
  const commits = watchCommits(t);
  proxy.hold();
  const first = ovs.transact(count);
  await new Promise(setImmediate);
  const rest = Array.from({ length: MANY }, () => ovs.transact(count));
  await new Promise(setImmediate);
  t.is(ovs.waiting, MANY);
  proxy.release();
  await Promise.all([first, ...rest]);
  t.is(vsctl('get', 'Bridge', 'br0', 'external_ids:n'), `"${MANY + 1}"`);
  t.true(
    commits.every(({ error }) => error === undefined),
    'none was overtaken',
  );
});

test.serial('of very many half go at once, and the others right behind them', async (t) => {
  const { ovs } = await behindProxy(t);
  const commits = watchCommits(t);
  const ask = (count: number, prefix: string) =>
    Promise.all(Array.from({ length: count }, (_, index) => ovs.transact(port(`${prefix}${index}`))));
  await ask(2 * MANY - 1, 'p');
  await ask(2 * MANY, 'q');
  t.deepEqual(
    commits.map(({ requests }) => requests),
    [2 * MANY - 1, MANY, MANY],
  );
});

test.serial('a transaction of a thousand rows takes no more requests', async (t) => {
  const { ovs } = await behindProxy(t);
  const commits = watchCommits(t);
  const create = (rows: number) => (tx: SwitchTransaction) => {
    for (let row = 0; row < rows; row++) tx.create('QoS', { type: 'linux-htb' });
  };
  const ask = (rows: number) => Promise.all([ovs.transact(create(rows)), ovs.transact(create(1))]);
  await ask(999);
  await ask(1000);
  t.deepEqual(
    commits.map(({ requests }) => requests),
    [2, 1, 1],
  );
});
