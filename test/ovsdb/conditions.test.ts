import test, { type ExecutionContext } from 'ava';
import { Client, type Condition, deleteRows, insert, type Replica, select, update } from '../../src/ovsdb/index.js';
import { withCluster } from '../support/cluster.js';
import type { Server } from '../support/ovsdb-server.js';
import { until } from '../support/processes.js';
import { withProxy } from '../support/proxy.js';
import { reconnected } from '../support/reconnected.js';

async function setUp(t: ExecutionContext) {
  // A clustered server resumes after a reconnect, which is where conditions can go wrong.
  const [server] = (await withCluster(t, 1)).members as [Server];
  const proxy = await withProxy(t, server.remote);
  const options = { retry: true, minBackoff: 10, maxBackoff: 50 };
  const client = await Client.connect(proxy.remote, options);
  const other = await Client.connect(server.remote, options);
  t.teardown(() => Promise.all([client.close(), other.close()]));
  const rows = Array.from({ length: 10 }, (_, value) => insert('Item', { name: `${value}`, value }));
  await client.transact('Test', rows);
  // Its history holds as much as the database does, at most.
  const bulk = Array.from({ length: 200 }, (_, index) => insert('Counter', { name: `${index}`, value: 0 }));
  await client.transact('Test', bulk);
  const replica = await client.monitor('Test', { Item: { where: [['value', '<', 5]] } });
  await client.transact('Test', [insert('Item', { name: 'seen last', value: -1 })]);
  await client.transact('Test', [deleteRows('Item', [['value', '==', -1]])]);
  return { proxy, client, other, replica };
}

const values = (replica: Replica) => [...replica.table('Item').rows()].map(({ value }) => value as number).sort();
const above = (value: number): Condition[] => [['value', '>=', value]];

test('the data match when the call returns: rows come, go and stay; any of several will do; all; none', async (t) => {
  const { replica, client } = await setUp(t);
  t.deepEqual(values(replica), [0, 1, 2, 3, 4]);
  await replica.changeConditions({ Item: above(3) });
  t.deepEqual(values(replica), [3, 4, 5, 6, 7, 8, 9]);
  await replica.changeConditions({
    Item: [
      ['value', '==', 1],
      ['value', '==', 8],
    ],
  });
  t.deepEqual(values(replica), [1, 8]);
  await replica.changeConditions({ Item: undefined });
  t.is(replica.size, 10);
  await replica.changeConditions({ Item: above(100) });
  t.is(replica.size, 0);
  await client.transact('Test', [update('Item', [['value', '==', 9]], { value: 109 })]);
  t.deepEqual(values(replica), [109], 'a row that comes to match comes');
});

test('changes that overlap end with the last', async (t) => {
  const { replica } = await setUp(t);
  await Promise.all([7, 2, 9, 4].map((value) => replica.changeConditions({ Item: above(value) })));
  t.deepEqual(values(replica), [4, 5, 6, 7, 8, 9]);
});

test('what does not fit is refused, and changes nothing', async (t) => {
  const { replica, proxy, client } = await setUp(t);
  await t.throwsAsync(replica.changeConditions({ Item: [['valeu', '==', 1]] }), { code: 'ERR_OVSDB_SCHEMA' });
  await t.throwsAsync(replica.changeConditions({ Counter: [] }), { code: 'ERR_OVSDB_NOT_MONITORED' });
  await reconnected(client, () => proxy.drop());
  t.deepEqual(values(replica), [0, 1, 2, 3, 4]);
  await replica.close();
  await t.throwsAsync(replica.changeConditions({ Item: [] }), { code: 'ERR_OVSDB_CLOSED' });
});

test('the data match also while others change them, and the connection drops', async (t) => {
  const { replica, other, proxy, client } = await setUp(t);
  let running = true;
  const churn = (async () => {
    for (let round = 0; running; round++) {
      await other.transact('Test', [update('Item', [['name', '==', `${round % 10}`]], { value: (round * 7) % 20 })]);
    }
  })();
  for (let round = 0; round < 60; round++) {
    const least = (round * 3) % 20;
    if (round % 12 === 7) proxy.drop();
    await replica.changeConditions({ Item: above(least) });
    t.true(
      values(replica).every((value) => value >= least),
      `round ${round}: ${values(replica)} from ${least}`,
    );
  }
  running = false;
  await churn;
  await replica.changeConditions({ Item: above(5) });
  const [{ rows }] = await client.transact('Test', [select('Item', above(5), ['value'])]);
  t.deepEqual(values(replica), rows.map(({ value }) => value as number).sort());
});

test('a connection that is lost before the reply: the next one begins with the new conditions', async (t) => {
  const { replica, proxy } = await setUp(t);
  proxy.hold();
  const before = proxy.sent.length;
  const changed = replica.changeConditions({ Item: above(8) });
  await until('the request to be sent', () => proxy.sent.slice(before).includes('monitor_cond_change'));
  proxy.release();
  proxy.drop();
  await changed;
  t.deepEqual(values(replica), [8, 9]);
});

test('a change made while the connection is away waits for it; one that ran out of time holds from the next', async (t) => {
  const { replica, proxy, client } = await setUp(t);
  proxy.cut();
  await until('the loss', () => client.state !== 'ready');
  const changed = replica.changeConditions({ Item: above(6) });
  proxy.restore();
  await changed;
  t.deepEqual(values(replica), [6, 7, 8, 9]);

  proxy.stall();
  await t.throwsAsync(replica.changeConditions({ Item: above(2) }, { timeout: 20 }), { code: 'ERR_TIMEOUT' });
  await reconnected(client, () => proxy.drop());
  t.deepEqual(values(replica), [2, 3, 4, 5, 6, 7, 8, 9]);
});
