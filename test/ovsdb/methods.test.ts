import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  Client,
  insert,
  isUuid,
  type MonitorMethod,
  mutate,
  NotOwnerError,
  type Operation,
  type Replica,
  select,
  update,
} from '../../src/ovsdb/index.js';
import { answer, withFakeServer } from '../support/fake-server.js';
import { createDatabase, SCHEMA, withServer } from '../support/ovsdb-server.js';
import { until } from '../support/processes.js';
import { withProxy } from '../support/proxy.js';
import { reconnected } from '../support/reconnected.js';

const item = (name: string, value = 0) => insert('Item', { name, value });

async function setUp(t: ExecutionContext) {
  const server = await withServer(t);
  const proxy = await withProxy(t, server.remote);
  const options = { retry: true, minBackoff: 10, maxBackoff: 50 };
  const client = await Client.connect(proxy.remote, options);
  const other = await Client.connect(server.remote, options);
  t.teardown(() => Promise.all([client.close(), other.close()]));
  return { server, proxy, client, other };
}

test.serial('echo, get_server_id, list_dbs, set_db_change_aware', async (t) => {
  const { server, proxy, client } = await setUp(t);
  await client.echo();
  const id = await client.getServerId();
  t.true(isUuid(id));
  t.deepEqual((await client.listDatabases()).sort(), ['Test', '_Server']);
  await server.kill();
  await server.start();
  t.not(await client.getServerId(), id);
  t.regex(proxy.sent, /"set_db_change_aware","params":\[true\]/);
});

test.serial('the _Server database reads like any other, and cannot be written', async (t) => {
  const { client } = await setUp(t);
  const [{ rows }] = await client.transact('_Server', [select('Database', [], ['name', 'model', 'leader'])]);
  t.deepEqual(
    rows.toSorted((a, b) => String(a.name).localeCompare(String(b.name))),
    ['_Server', 'Test'].map((name) => ({ name, model: 'standalone', leader: true })),
  );
  const replica = await client.monitor('_Server', { Database: { columns: ['name'], index: ['name'] } });
  t.truthy(replica.table('Database').find('name', 'Test'));
  const write = client.transact('_Server', [update('Database', [], { connected: false })]);
  await t.throwsAsync(write, { code: 'ERR_OVSDB_PERMISSION', message: /update Database\): not allowed/ });
});

for (const method of ['monitor', 'monitor_cond', 'monitor_cond_since'] as MonitorMethod[]) {
  test.serial(
    `${method}: a replica by this method follows inserts, changes and deletes, and a reconnect`,
    async (t) => {
      const { client, other, proxy } = await setUp(t);
      await other.transact('Test', [item('a', 1), item('gone')]);
      const replica = await client.monitor('Test', { Item: { index: ['name'] } }, { method });
      t.true(proxy.sent.includes(`"method":"${method}","params":["Test"`));
      const row = (name: string) => replica.table('Item').find('name', name)?.value;
      await client.transact('Test', [
        update('Item', [['name', '==', 'a']], { value: 2 }),
        mutate('Item', [['name', '==', 'a']], [['tags', 'insert', { k: 'v', l: 'w' }]]),
        { op: 'delete', table: 'Item', where: [['name', '==', 'gone']] },
        item('b', 3),
      ]);
      t.deepEqual([row('a'), row('b'), row('gone')], [2, 3, undefined]);
      await client.transact('Test', [mutate('Item', [['name', '==', 'a']], [['tags', 'delete', ['k']]])]);
      t.deepEqual(replica.table('Item').find('name', 'a')?.tags, new Map([['l', 'w']]));
      proxy.cut();
      await other.transact('Test', [update('Item', [['name', '==', 'a']], { name: 'c' })]);
      proxy.restore();
      await client.echo();
      t.deepEqual([row('a'), row('b'), row('c')], [undefined, 3, 2]);
      proxy.sent = '';
      await replica.close();
      await until('monitor_cancel', () => proxy.sent.includes('"monitor_cancel"'));
      await client.transact('Test', [item('late')]);
      t.is(replica.table('Item').size, 2, 'its rows stay as they are');
    },
  );
}

test.serial('a server that lacks the newer methods, and _Server, is asked for the older', async (t) => {
  const asked: string[] = [];
  const since = (method: string, reply: unknown) => (params: unknown[]) => {
    if (params[0] === 'Test') asked.push(method);
    return reply;
  };
  const uuid = randomUUID();
  const remote = await withFakeServer(t, (socket) =>
    answer(socket, {
      get_schema: SCHEMA,
      monitor: since('monitor', { Item: { [uuid]: { new: { name: 'old', value: 1, tags: ['map', []] } } } }),
    }),
  );
  const client = await Client.connect(remote, { databases: ['Test'] });
  t.teardown(() => client.close());
  const replica = await client.monitor('Test', { Item: {} });
  t.is(replica.table('Item').get(uuid)?.name, 'old');
  t.deepEqual(asked, ['monitor']);
  await t.throwsAsync(replica.changeConditions({ Item: [['value', '>', 1]] }), { code: 'ERR_OVSDB_NOT_SUPPORTED' });
});

test.serial('cancel: the server gives up what it holds back for us', async (t) => {
  const { client, proxy } = await setUp(t);
  await client.getSchema('Test');
  const never: Operation = {
    op: 'wait',
    table: 'Item',
    where: [],
    columns: ['name'],
    until: '==',
    rows: [{ name: 'x' }],
  };
  const controller = new AbortController();
  const pending = client.transact('Test', [never, item('held back')], { signal: controller.signal });
  await until('the request to be sent', () => proxy.sent.includes('held back'));
  controller.abort();
  await t.throwsAsync(pending, { code: 'ERR_OVSDB_COMMIT_OUTCOME_UNKNOWN' });
  await client.transact('Test', [item('x')]);
  t.regex(proxy.sent, /"method":"cancel"/);
  t.deepEqual((await client.transact('Test', [select('Item', [], ['name'])]))[0].rows, [{ name: 'x' }]);
});

test.serial('monitor_canceled: a database that is removed ends its replicas, and only those', async (t) => {
  const { client, server } = await setUp(t);
  await server.appctl('ovsdb-server/add-db', await createDatabase(server.directory, { ...SCHEMA, name: 'Second' }));
  const [first, second] = [await client.monitor('Test', { Item: {} }), await client.monitor('Second', { Item: {} })];
  const stream = second.changes();
  const waiting = t.throwsAsync(
    second.waitUntil('a wonder', () => false),
    { code: 'ERR_OVSDB_UNKNOWN_DATABASE' },
  );
  await server.appctl('ovsdb-server/remove-db', 'Second');
  await waiting;
  await t.throwsAsync(stream.next(), { code: 'ERR_OVSDB_UNKNOWN_DATABASE' });
  await t.throwsAsync(client.transact('Second', [item('a')]), { code: 'ERR_OVSDB_UNKNOWN_DATABASE' });
  await client.transact('Test', [item('a')]);
  t.is(first.table('Item').size, 1);
  await server.appctl('ovsdb-server/add-db', join(server.directory, 'Second.db'));
  await client.transact('Second', [item('back')]);
  t.is((await client.monitor('Second', { Item: {} })).size, 1);
});

test.serial('convert: a replica goes on with the new schema, one that it no longer fits ends', async (t) => {
  const { client, other, server } = await setUp(t);
  const bystander = await Client.connect(server.remote);
  t.teardown(() => bystander.close());
  await bystander.transact('Test', [item('a', 1), insert('Counter', { name: 'c', value: 1 })]);
  const replica = await client.monitor('Test', { Item: { index: ['name'] } });
  const counters = await other.monitor('Test', { Counter: { columns: ['name', 'value'] } });
  const items = replica.table('Item');
  const { Item } = SCHEMA.tables;
  const converted = {
    ...SCHEMA,
    version: '2.0.0',
    tables: {
      Item: { ...Item, columns: { ...Item.columns, colour: { type: { key: 'string', min: 0, max: 1 } } } },
      Counter: { isRoot: true, columns: { name: { type: 'string' } } },
    },
  };
  const ended = t.throwsAsync(
    counters.waitUntil('its end', () => false),
    {
      code: 'ERR_OVSDB_SCHEMA',
      message: /table Counter has no column "value"/,
    },
  );
  await client.convert('Test', converted);
  await client.transact('Test', [update('Item', [], { colour: 'red' }), item('b')]);
  await ended;
  await replica.waitUntil('the new column', () => items.find('name', 'a')?.colour === 'red');
  t.is(replica.schema.version, '2.0.0');
  t.is(items.find('name', 'a')?.value, 1);
  t.is(items.size, 2);
  t.true(items.schema.columns.has('colour'));
  // A client without a replica is told nothing by a standalone server.
  await bystander.transact('Test', [update('Item', [['name', '==', 'b']], { colour: 'blue' })]);
  await replica.waitUntil('the change', () => items.find('name', 'b')?.colour === 'blue');
  await t.throwsAsync(bystander.transact('Test', [item('c'), update('Item', [], { color: 'red' })]), {
    code: 'ERR_OVSDB_SCHEMA',
    message: /no column "color"; its columns are .*colour/,
  });
  const failed = await client.convert('Test', { ...converted, name: 'Other' }).catch((error) => error);
  t.is(failed.code, 'ERR_JSONRPC_REMOTE');
  t.is((await client.getSchema('Test')).version, '2.0.0');
});

test.serial('convert, while a client is away: it comes back to the new schema', async (t) => {
  const { client, other, proxy } = await setUp(t);
  await client.transact('Test', [item('a', 1)]);
  const replicas = [await client.monitor('Test', { Item: {} }), await client.monitor('Test', { Counter: {} })];
  const [items, counters] = replicas as [Replica, Replica];
  const ended = t.throwsAsync(
    counters.waitUntil('its end', () => false),
    { code: 'ERR_OVSDB_SCHEMA', message: /no table "Counter"/ },
  );
  proxy.cut();
  const { Item } = SCHEMA.tables;
  const columns = { name: Item.columns.name, colour: { type: 'string' } };
  await other.convert('Test', { ...SCHEMA, version: '3.0.0', tables: { Item: { isRoot: true, columns } } });
  await other.transact('Test', [update('Item', [], { colour: 'red' })]);
  proxy.restore();
  await client.echo();
  await ended;
  const [row] = items.table('Item').rows();
  t.like(row, { name: 'a', colour: 'red', value: undefined });
});

test.serial('row uuids chosen by the client', async (t) => {
  const { client } = await setUp(t);
  const uuid = randomUUID();
  const [inserted] = await client.transact('Test', [insert('Item', { name: 'mine', value: 1 }, { uuid })]);
  t.is(inserted.uuid, uuid);
  const again = client.transact('Test', [insert('Item', { name: 'twice', value: 1 }, { uuid })]);
  await t.throwsAsync(again, {
    code: 'ERR_OVSDB_DUPLICATE_UUID',
    message: /operation 0 \(insert Item\): duplicate uuid/,
  });
});

test.serial('locks: taken, waited for, stolen, given back', async (t) => {
  const { client, other } = await setUp(t);
  const lock = await client.lock('l');
  t.true(lock.held);
  const queued = await other.lock('l');
  t.false(queued.held);
  await t.throwsAsync(queued.acquired({ timeout: 20 }), { code: 'ERR_TIMEOUT', message: /waiting for lock l/ });
  await client.transact('Test', [item('a')], { lock });
  const error = await t.throwsAsync(other.transact('Test', [item('b')], { lock: queued }), {
    instanceOf: NotOwnerError,
  });
  t.is(error.index, undefined, 'it is none of the operations of the caller');
  t.regex(error.message, /^assert: not owner/);
  await t.throwsAsync(client.transact('Test', [{ op: 'abort' }], { lock }), { message: /operation 0 \(abort\)/ });

  t.is(await other.lock('l', { steal: true }), queued, 'who waits may steal');
  t.true(queued.held);
  await until('the theft to be told', () => !lock.held);
  await t.throwsAsync(client.transact('Test', [item('c')], { lock }), { code: 'ERR_OVSDB_NOT_OWNER' });
  await other.transact('Test', [item('d')], { lock: queued });
  await queued.release();
  await lock.acquired({ timeout: 5000 });
  t.true(lock.held, 'who was robbed is next');
  await lock.release();
  await lock.release();
  await t.throwsAsync(lock.acquired(), { code: 'ERR_OVSDB_CLOSED', message: /lock l was released/ });
  t.true((await other.lock('l')).held);
});

test.serial(
  'a lock that is left goes to the next; with a connection that has gone there is none to give back',
  async (t) => {
    const { client, other, proxy } = await setUp(t);
    {
      await using lock = await other.lock('l');
      t.true(lock.held);
    }
    const lock = await client.lock('l');
    await lock.acquired({ timeout: 5000 });
    proxy.cut();
    await until('the loss to be told', () => !lock.held);
    await t.notThrowsAsync(lock.release());
  },
);

test.serial('a lock has one holder in a client, too: whoever asks a second time is told', async (t) => {
  const { client, other, proxy } = await setUp(t);
  const inUse = {
    code: 'ERR_OVSDB_LOCK_IN_USE',
    message: /this client holds lock l, or waits for it, already: use that Lock, or release it first/,
  };
  const [first, second] = await Promise.allSettled([client.lock('l'), client.lock('l')]);
  t.is(first.status, 'fulfilled', 'also while the first is on its way');
  t.like(second.status === 'rejected' ? second.reason : undefined, { code: inUse.code });
  await t.throwsAsync(client.lock('l'), inUse);
  await t.throwsAsync(client.lock('l', { steal: true }), inUse, 'there is nobody to steal it from');
  await t.throwsAsync(client.lock('\0'), { code: 'ERR_OVSDB_SCHEMA', message: /^the name of a lock takes no NUL/ });
  t.true((await client.lock('m')).held, 'another lock is another matter');
  const lock = first.status === 'fulfilled' ? first.value : t.fail();
  const queued = await other.lock('l');
  await t.throwsAsync(other.lock('l'), inUse, 'while it waits, too');
  await queued.release();
  if (lock) await lock.release();
  t.true((await client.lock('l')).held, 'once released, it may be asked for again');

  proxy.cut();
  await until('the loss', () => client.state !== 'ready');
  const away = client.lock('n');
  await t.throwsAsync(client.lock('n'), { code: inUse.code }, 'while there is no connection, too');
  proxy.restore();
  t.true((await away).held);
});

test.serial('a lock is lost with the connection, and asked for again with the next', async (t) => {
  const { client, other, proxy } = await setUp(t);
  const lock = await client.lock('l');
  const rival = await other.lock('l');
  proxy.cut();
  await rival.acquired();
  await until('the loss', () => !lock.held);
  proxy.restore();
  await client.echo();
  t.false(lock.held);
  await t.throwsAsync(client.transact('Test', [item('a')], { lock }), { instanceOf: NotOwnerError });
  await rival.release();
  await lock.acquired();
  await client.transact('Test', [item('a')], { lock });
  proxy.cut();
  await until('the loss', () => !lock.held);
  await lock.release();
  proxy.restore();
  t.true((await other.lock('l')).held, 'what was given back while away is not asked for again');
});

test.serial('readModifyWrite: a counter that five clients raise 300 times ends at just 300', async (t) => {
  const { client, server } = await setUp(t);
  await client.transact('Test', [insert('Counter', { name: 'c', value: 0 })]);
  const clients = await Promise.all(Array.from({ length: 5 }, () => Client.connect(server.remote)));
  let built = 0;
  const raise = (each: Client) =>
    each.readModifyWrite('Test', [select('Counter', [['name', '==', 'c']], ['value'])], ([found]) => {
      built++;
      return [update('Counter', [['name', '==', 'c']], { value: (found?.rows[0]?.value as number) + 1 })];
    });
  await Promise.all(
    clients.map(async (each) => {
      for (let i = 0; i < 60; i++) t.deepEqual(await raise(each), [{ count: 1 }]);
      await each.close();
    }),
  );
  t.deepEqual((await client.transact('Test', [select('Counter', [], ['value'])]))[0].rows, [{ value: 300 }]);
  t.true(built > 300, 'they did get in one another’s way');
});

test.serial(
  'readModifyWrite sees rows come and go, also ones that look alike; its own failures are its own',
  async (t) => {
    const { client, other, proxy } = await setUp(t);
    await client.transact('Test', [item('twin')]);
    for (const columns of [undefined, ['name']]) {
      const seen: unknown[] = [];
      proxy.stall();
      const done = client.readModifyWrite('Test', [select('Item', [], columns)], ([found]) => {
        seen.push(found?.rows.length);
        // From here on requests wait, until the twin of a row that is there has come by another client.
        if (seen.length === 1) proxy.stall();
        return [item('twin')];
      });
      proxy.proceed();
      await until('the first attempt', () => seen.length === 1);
      await other.transact('Test', [item('twin')]);
      proxy.proceed();
      await done;
      t.is(seen.length, 2);
      t.is(seen[1], (seen[0] as number) + 1);
    }
    t.deepEqual(await client.readModifyWrite('Test', [select('Item', [])], () => []), []);
    const wrong = client.readModifyWrite('Test', [select('Item', [])], () => [
      { op: 'wait', table: 'Item', where: [], columns: ['name'], until: '==', rows: [], timeout: 0 },
      item('x'),
    ]);
    await t.throwsAsync(wrong, { code: 'ERR_OVSDB_WAIT_TIMED_OUT', message: /^operation 0 \(wait Item\)/ });
  },
);

test.serial('diagnostics channels tell of connections and transactions', async (t) => {
  const { client, proxy } = await setUp(t);
  const seen: Record<string, Record<string, unknown>[]> = { connection: [], transaction: [] };
  const listeners = ['connection', 'transaction'].map((name) => {
    const listener = (message: unknown) => seen[name]?.push(message as Record<string, unknown>);
    subscribe(`ovskit:${name}`, listener);
    return () => unsubscribe(`ovskit:${name}`, listener);
  });
  await client.transact('Test', [item('a'), item('b')]);
  await t.throwsAsync(client.transact('Test', [{ op: 'abort' }]));
  await reconnected(client, () => proxy.drop());
  for (const stop of listeners) stop();
  const [good, bad] = seen.transaction ?? [];
  t.like(good, { remote: proxy.remote, database: 'Test', operations: 2, error: undefined });
  t.true((good?.ms as number) > 0);
  t.is((bad as { error: { code: string } }).error.code, 'ERR_OVSDB_ABORTED');
  const states = (seen.connection ?? []).filter(({ remotes }) => String(remotes) === proxy.remote);
  t.deepEqual(
    states.map(({ state }) => state),
    ['backoff', 'connecting', 'checking', 'ready'],
  );
});
