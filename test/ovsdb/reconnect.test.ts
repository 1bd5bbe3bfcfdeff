import test, { type ExecutionContext } from 'ava';
import {
  type ChangeBatch,
  Client,
  type ClientOptions,
  CommitOutcomeUnknownError,
  deleteRows,
  insert,
  mutate,
  type Replica,
  select,
  update,
  wait,
} from '../../src/ovsdb/index.js';
import { withCluster } from '../support/cluster.js';
import { type Server, withServer } from '../support/ovsdb-server.js';
import { until } from '../support/processes.js';
import { withProxy } from '../support/proxy.js';
import { reconnected } from '../support/reconnected.js';

const FAST: ClientOptions = { retry: true, minBackoff: 10, maxBackoff: 50 };

/** A client whose connection can be cut, and another one beside it that stays. */
async function setUp(t: ExecutionContext, existing?: Server) {
  const server = existing ?? (await withServer(t));
  const proxy = await withProxy(t, server.remote);
  const client = await Client.connect(proxy.remote, FAST);
  const other = await Client.connect(server.remote, FAST);
  t.teardown(() => Promise.all([client.close(), other.close()]));
  return { server, proxy, client, other };
}

const item = (name: string, value = 0) => insert('Item', { name, value });
const isLost = (client: Client) => until('the connection to be lost', () => client.state !== 'ready');

function names(replica: Replica): string[] {
  return [...replica.table('Item').rows()].map(({ name }) => name as string).sort();
}

async function selected(client: Client): Promise<unknown[]> {
  const [{ rows }] = await client.transact('Test', [select('Item', [], ['name'])]);
  return rows.map(({ name }) => name).sort();
}

test.serial('transactions wait while the connection is away, and go out when it is back', async (t) => {
  const { proxy, client, other } = await setUp(t);
  await client.transact('Test', [item('before')]);
  proxy.cut();
  await isLost(client);
  const waiting = Promise.all(['a', 'b', 'c'].map((name) => client.transact('Test', [item(name)])));
  await t.throwsAsync(client.transact('Test', [item('late')], { timeout: 50 }), {
    code: 'ERR_TIMEOUT',
    message: /waiting for a connection to unix:/,
  });
  const controller = new AbortController();
  const aborted = client.transact('Test', [item('aborted')], { signal: controller.signal });
  controller.abort();
  await t.throwsAsync(aborted, { code: 'ERR_ABORTED' });
  t.deepEqual(await selected(other), ['before']);
  proxy.restore();
  await waiting;
  t.deepEqual(await selected(other), ['a', 'b', 'before', 'c'], 'and none that was given up');
});

test.serial(
  'a write that lost its reply has an unknown outcome; a read, or what is idempotent, is sent again',
  async (t) => {
    const { proxy, client, other } = await setUp(t);
    await client.transact('Test', [insert('Counter', { name: 'c', value: 0 })]);
    const count = async () => (await other.transact('Test', [select('Counter', [], ['value'])]))[0].rows[0]?.value;
    const add = mutate('Counter', [], [['value', '+=', 1]]);
    proxy.hold();
    const plain = t.throwsAsync(client.transact('Test', [add]), {
      instanceOf: CommitOutcomeUnknownError,
      message: /transaction on Test: sent, but not answered; it may have been committed or not/,
    });
    const read = client.transact('Test', [select('Counter', [], ['value'])]);
    const idempotent = client.transact('Test', [update('Counter', [], { value: 7 })], { idempotent: true });
    await until('the server to have it all', () => proxy.sent.split('"transact"').length - 1 === 4);
    t.is(await count(), 7, 'the server has run it');
    await other.transact('Test', [update('Counter', [], { value: 1 })]);
    proxy.release();
    proxy.drop();
    const error = await plain;
    t.is((error.cause as { code: string }).code, 'ERR_JSONRPC_CONNECTION_LOST');
    t.deepEqual(await idempotent, [{ count: 1 }]);
    t.true([1, 7].includes((await read)[0].rows[0]?.value as number));
    t.is(await count(), 7, 'it ran again');
  },
);

test.serial('a deadline that passes before the reply is an unknown outcome too', async (t) => {
  const { proxy, client } = await setUp(t);
  await client.getSchema('Test');
  proxy.hold();
  await t.throwsAsync(client.transact('Test', [item('a')], { timeout: 50 }), { instanceOf: CommitOutcomeUnknownError });
  await t.throwsAsync(client.transact('Test', [select('Item', [])], { timeout: 50 }), { code: 'ERR_TIMEOUT' });
  proxy.release();
  t.deepEqual(await selected(client), ['a'], 'and the session goes on');
});

const kinds = [
  ['a clustered database resumes, and only the difference is sent', 'clustered', false],
  ['a standalone database keeps no history: the whole is loaded, and only the difference is told', 'standalone', true],
] as const;

for (const [what, kind, resync] of kinds) {
  test.serial(`a dropped connection, several replicas: ${what}`, async (t) => {
    const server = kind === 'clustered' ? (await withCluster(t, 1)).members[0] : await withServer(t);
    const { proxy, client, other } = await setUp(t, server);
    await client.transact(
      'Test',
      ['same', 'changed', 'gone'].map((name) => item(name)),
    );
    // A server's history holds as much as the database does, at most.
    await client.transact(
      'Test',
      Array.from({ length: 100 }, (_, index) => insert('Counter', { name: `bulk ${index}`, value: 0 })),
    );
    const replicas = await Promise.all([
      client.monitor('Test', { Item: {} }),
      client.monitor('Test', { Item: { columns: ['name', 'value'], where: [['value', '<', 10]] } }),
      client.monitor('Test', { Item: { index: ['name'] }, Counter: {} }),
    ]);
    await client.transact('Test', [insert('Counter', { name: 'c', value: 1 }), item('small')]);
    const resyncs = new Set<boolean>();
    const same = replicas.map((replica) => [...replica.table('Item').rows()].find(({ name }) => name === 'same'));
    const seen = replicas.map((replica) => {
      const changes: string[] = [];
      replica.onChange((list, flag) => {
        resyncs.add(flag);
        for (const change of list) changes.push(`${change.old?.name ?? ''}>${change.new?.name ?? ''}`);
      });
      return changes;
    });
    proxy.cut();
    await isLost(client);
    await other.transact('Test', [
      update('Item', [['name', '==', 'changed']], { name: 'renamed' }),
      deleteRows('Item', [['name', '==', 'gone']]),
      item('new', 5),
      item('large', 50),
    ]);
    proxy.restore();
    await client.echo();
    t.deepEqual([...resyncs], [resync]);
    const all = ['large', 'new', 'renamed', 'same', 'small'];
    t.deepEqual(replicas.map(names), [all, all.slice(1), all]);
    for (const [index, replica] of replicas.entries()) {
      t.true([...replica.table('Item').rows()].includes(same[index] as never), 'who holds a row still has the one');
      const difference = ['>new', 'changed>renamed', 'gone>'];
      t.deepEqual(seen[index]?.sort(), index === 1 ? difference : ['>large', ...difference]);
    }
  });
}

test.serial('a server that was restarted knows no history: the whole is loaded and compared', async (t) => {
  const { server, client } = await setUp(t);
  const direct = await Client.connect(server.remote, FAST);
  t.teardown(() => direct.close());
  await direct.transact('Test', [item('same'), item('changed')]);
  const replica = await direct.monitor('Test', { Item: { index: ['name'] } });
  const stream = replica.changes();
  await client.transact('Test', [deleteRows('Item', [['name', '==', 'changed']]), item('new')]);
  await server.kill();
  await server.start();
  await direct.transact('Test', [item('last')]);
  t.deepEqual(names(replica), ['last', 'new', 'same']);
  const batch = (await stream.next()).value as ChangeBatch;
  t.true(batch.resync);
  t.deepEqual(batch.changes.map((change) => change.old?.name ?? change.new?.name).sort(), ['changed', 'last', 'new']);
  await stream.return?.();
});

test.serial('a clustered server keeps its history: after a restart only the difference is sent', async (t) => {
  const cluster = await withCluster(t, 1);
  const [member] = cluster.members as [(typeof cluster.members)[0]];
  const client = await Client.connect(member.remote, FAST);
  t.teardown(() => client.close());
  await client.transact('Test', [item('same'), item('changed')]);
  const replica = await client.monitor('Test', { Item: { index: ['name'] } });
  const same = replica.table('Item').find('name', 'same');
  const resyncs: boolean[] = [];
  replica.onChange((_, resync) => resyncs.push(resync));
  await member.kill();
  await member.start();
  await client.transact('Test', [update('Item', [['name', '==', 'changed']], { name: 'renamed' })]);
  t.deepEqual(names(replica), ['renamed', 'same']);
  t.is(replica.table('Item').find('name', 'same'), same, 'the row was not sent again');
  t.true(resyncs.length > 0 && !resyncs.includes(true));
});

test.serial('another member of the cluster resumes where the last one left off', async (t) => {
  const cluster = await withCluster(t);
  const client = await Client.connect(cluster.remotes, { ...FAST, databases: ['Test'], shuffle: true });
  t.teardown(() => client.close());
  await client.transact('Test', [item('same')]);
  const replicas = await Promise.all([
    client.monitor('Test', { Item: {} }),
    client.monitor('Test', { Item: { columns: ['name'] } }),
  ]);
  const resyncs: boolean[] = [];
  for (const replica of replicas) replica.onChange((_, resync) => resyncs.push(resync));
  const leader = await cluster.leader();
  await leader.kill();
  await client.transact('Test', [item('new')]);
  t.not(client.remote, leader.remote);
  for (const replica of replicas) t.deepEqual(names(replica), ['new', 'same']);
  t.deepEqual([...new Set(resyncs)], [false]);
});

test.serial('a connection that is lost while the schema is asked for leaves nothing unknown', async (t) => {
  const { proxy, client, other } = await setUp(t);
  proxy.hold();
  const write = client.transact('Test', [item('a')]);
  await until('the schema to be asked for', () => proxy.sent.includes('"get_schema"'));
  proxy.drop();
  proxy.release();
  await write;
  t.deepEqual(await selected(other), ['a']);
});

test.serial('a request that makes the server end the connection, time and again, is not sent for ever', async (t) => {
  const { client, proxy } = await setUp(t);
  const before = proxy.accepted;
  // ovsdb-server takes no NUL in a string, and tells by ending the connection.
  const schema = await t.throwsAsync(client.getSchema('no\0such'), {
    code: 'ERR_OVSDB_REQUEST_DROPPED',
    message: /get_schema: the connection was lost 3 times right after it was sent/,
  });
  t.is((schema.cause as { code?: string }).code, 'ERR_JSONRPC_CONNECTION_LOST');
  // The same by what the types don't allow and nobody checks.
  const odd = wait('Item', [], ['name'], '=\0' as '==', [], 0);
  const read = client.transact('Test', [odd]);
  await t.throwsAsync(read, { code: 'ERR_OVSDB_REQUEST_DROPPED', message: /^transaction on Test: / });
  const write = client.transact('Test', [odd, item('a')], { idempotent: true });
  const unknown = await t.throwsAsync(write, { instanceOf: CommitOutcomeUnknownError });
  t.is((unknown.cause as { code?: string }).code, 'ERR_OVSDB_REQUEST_DROPPED');
  t.deepEqual(await selected(client), [], 'the client lives on');
  t.is(proxy.accepted - before, 9);

  const culprit = t.throwsAsync(client.transact('Test', [odd]), { code: 'ERR_OVSDB_REQUEST_DROPPED' });
  const behind = Promise.all([1, 2, 3].map(() => selected(client)));
  await culprit;
  t.deepEqual(await behind, [[], [], []], 'what was sent behind it is not to blame');
});

test.serial('conditions that make the server end the connection are given up, and the monitor goes on', async (t) => {
  const { client, other, proxy } = await setUp(t);
  const replica = await client.monitor('Test', { Item: { where: [['name', '==', 'a']] } });
  const before = proxy.accepted;
  await t.throwsAsync(replica.changeConditions({ Item: [['name', '=\0' as '==', 'b']] }), {
    code: 'ERR_OVSDB_REQUEST_DROPPED',
    message: /^change of the conditions of monitor .*: the connection was lost 3 times right after it was sent/,
  });
  t.is(proxy.accepted - before, 2, 'the third loss is the last that is waited for');
  await other.transact('Test', [item('a'), item('b'), item('c')]);
  await replica.waitUntil('the row of the old conditions', () => names(replica).length > 0);
  t.deepEqual(names(replica), ['a']);
  await replica.changeConditions({ Item: [['name', '==', 'c']] });
  t.deepEqual(names(replica), ['c']);
});

test.serial('waits and streams last through a loss of the connection', async (t) => {
  const { proxy, client, other } = await setUp(t);
  const replica = await client.monitor('Test', { Item: { index: ['name'] } });
  const stream = replica.changes();
  const byRow = replica.waitForRow(['Item', 'name', 'a'], (row) => row?.value === 2 && row);
  const byPredicate = replica.waitUntil('two rows', () => replica.table('Item').size === 2);
  await other.transact('Test', [item('a', 1)]);
  proxy.cut();
  await isLost(client);
  await other.transact('Test', [update('Item', [], { value: 2 }), item('b')]);
  proxy.restore();
  t.is((await byRow)?.value, 2);
  t.true(await byPredicate);
  const batch = (await stream.next()).value as ChangeBatch;
  const last = new Map(batch.changes.map((change) => [change.new?.name, change.new?.value]));
  t.true(batch.changes.every(({ old }) => old === undefined));
  t.deepEqual([...last].sort(), [
    ['a', 2],
    ['b', 0],
  ]);
  await client.close();
  t.deepEqual(await stream.next(), { done: true, value: undefined });
});

test.serial('a slow reader gets changes joined, and never misses a row', async (t) => {
  const { client, other } = await setUp(t);
  const replica = await client.monitor('Test', { Item: { index: ['name'] } });
  const stream = replica.changes();
  const seen = new Map<string, unknown>();
  let batches = 0;
  const reading = (async () => {
    for await (const { changes } of stream) {
      batches++;
      for (const { uuid, old, new: row } of changes) {
        t.is(seen.get(uuid), old, 'each change begins where the last one ended');
        if (row) seen.set(uuid, row);
        else seen.delete(uuid);
      }
      if (seen.size === 50 && replica.table('Item').find('name', 'end')) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  const work = Array.from({ length: 100 }, (_, index) => [
    item(`${index}`),
    ...(index % 2 === 1 ? [deleteRows('Item', [['name', '==', `${index - 1}`]])] : []),
    ...(index % 5 === 4 ? [update('Item', [['name', '==', `${index}`]], { value: index })] : []),
  ]);
  await Promise.all(work.map((operations) => other.transact('Test', operations)));
  await other.transact('Test', [update('Item', [['name', '==', '99']], { name: 'end' })]);
  await reading;
  t.deepEqual(new Set(seen.values()), new Set(replica.table('Item').rows()));
  t.true(batches < 100);
});

test.serial('an update that makes no sense ends the session, and the next load is a whole one', async (t) => {
  const { client, proxy } = await setUp(t);
  const replica = await client.monitor('Test', { Item: {} });
  await client.transact('Test', [item('a')]);
  const { lastTransactionId } = replica;
  t.throws(() => replica.apply({ Item: { '11111111-2222-3333-4444-555555555555': { modify: { name: 'x' } } } }, 'x'), {
    code: 'ERR_OVSDB_PROTOCOL',
    message: /modifies row 1111.* of table Item, which was never inserted/,
  });
  t.throws(() => replica.apply({ Item: null }, 'x'), { code: 'ERR_OVSDB_PROTOCOL', message: /makes no sense/ });
  t.not(lastTransactionId, undefined);
  t.is(replica.lastTransactionId, undefined);
  await reconnected(client, () => proxy.drop());
  t.deepEqual(names(replica), ['a']);
});
