import test from 'ava';
import {
  abort,
  assertLock,
  Client,
  CommitOutcomeUnknownError,
  ConstraintViolationError,
  comment,
  deleteRows,
  insert,
  mutate,
  NamedUuid,
  NotOwnerError,
  ReferentialIntegrityError,
  SchemaError,
  select,
  TransactionAbortedError,
  UnknownDatabaseError,
  update,
  WaitTimedOutError,
  wait,
} from '../../src/ovsdb/index.js';
import { withDatabase } from '../support/database.js';

const database = 'Open_vSwitch';

test('lists the databases and reads a schema', async (t) => {
  const { client } = await withDatabase(t);
  t.deepEqual((await client.listDatabases()).sort(), ['Open_vSwitch', '_Server']);
  const schema = await client.getSchema(database);
  t.is(schema.name, 'Open_vSwitch');
  t.deepEqual(schema.tables.get('Port')?.indexes, [['name']]);
  t.is(schema.tables.get('Bridge')?.columns.get('ports')?.type.max, Number.POSITIVE_INFINITY);
});

test('a database that is not there is named', async (t) => {
  const { client } = await withDatabase(t);
  const error = await t.throwsAsync(client.getSchema('Open_vSwich'), { instanceOf: UnknownDatabaseError });
  t.regex(error.message, /has no database "Open_vSwich"/);
});

test('each operation returns its own kind of result', async (t) => {
  const { client } = await withDatabase(t);
  const [inserted, selected, changed, added, noted, deleted] = await client.transact(database, [
    insert('QoS', { type: 'linux-htb', external_ids: { a: '1' } }, 'q'),
    select('QoS', [['_uuid', '==', new NamedUuid('q')]], ['type', 'external_ids', 'queues']),
    update('QoS', [['type', '==', 'linux-htb']], { type: 'linux-hfsc' }),
    mutate('QoS', [['type', '==', 'linux-hfsc']], [['external_ids', 'insert', { b: '2' }]]),
    comment('a note'),
    deleteRows('QoS', [['type', '==', 'linux-hfsc']]),
  ]);
  t.regex(inserted.uuid, /^[0-9a-f-]{36}$/);
  t.deepEqual(selected.rows, [{ type: 'linux-htb', external_ids: new Map([['a', '1']]), queues: new Map() }]);
  t.is(changed.count, 1);
  t.is(added.count, 1);
  t.deepEqual(noted, {});
  t.is(deleted.count, 1);
});

test('64-bit integers survive the round trip, in a row, a condition and a mutation', async (t) => {
  const { client } = await withDatabase(t);
  for (const value of [2n ** 53n, 2n ** 63n - 1n, -(2n ** 53n) - 1n, -(2n ** 63n)]) {
    const step = value > 0 ? -1n : 1n;
    const [updated, read, moved, beside] = await client.transact(database, [
      update('Open_vSwitch', [], { next_cfg: value }),
      select('Open_vSwitch', [['next_cfg', '==', value]], ['next_cfg']),
      mutate('Open_vSwitch', [['next_cfg', '==', value]], [['next_cfg', '+=', step]]),
      select('Open_vSwitch', [['next_cfg', '==', value + step]], ['next_cfg']),
    ]);
    t.is(updated.count, 1);
    t.deepEqual(read.rows, [{ next_cfg: value }]);
    t.is(moved.count, 1);
    t.is(BigInt(beside.rows[0]?.next_cfg as number), value + step);
  }
});

test('a failed operation says which, with the class of its RFC 7047 name', async (t) => {
  const { client } = await withDatabase(t);
  const run = (...operations: Parameters<Client['transact']>[1][number][]) => client.transact(database, operations);
  const waited = await t.throwsAsync(
    run(comment('x'), wait('Bridge', [['name', '==', 'br0']], ['name'], '!=', [], 0)),
    { instanceOf: WaitTimedOutError, code: 'ERR_OVSDB_WAIT_TIMED_OUT' },
  );
  t.is(waited.index, 1);
  t.is(waited.operation?.op, 'wait');
  t.regex(waited.message, /^operation 1 \(wait Bridge\): timed out/);

  const aborted = await t.throwsAsync(run(abort()), { instanceOf: TransactionAbortedError });
  t.is(aborted.index, 0);
  await t.throwsAsync(run(assertLock('nobody')), { instanceOf: NotOwnerError });

  const missing = '11111111-2222-3333-4444-555555555555';
  const reference = await t.throwsAsync(run(insert('Open_vSwitch', { bridges: [missing] })), {
    instanceOf: ReferentialIntegrityError,
  });
  t.is(reference.index, undefined);
  t.regex(reference.message, /^commit: referential integrity violation/);
});

test('a name taken twice is a constraint violation of the commit', async (t) => {
  const { client } = await withDatabase(t);
  const [{ rows }] = await client.transact(database, [select('Open_vSwitch', [], ['_uuid'])]);
  t.is(rows.length, 1);
  const interfaceRow = insert('Interface', { name: 'same' }, 'i');
  const bridge = (name: string, port: string) => insert('Bridge', { name, ports: [new NamedUuid(port)] }, `b${name}`);
  const port = (row: string) => insert('Port', { name: 'same', interfaces: [new NamedUuid('i')] }, row);
  const error = await t.throwsAsync(
    client.transact(database, [
      interfaceRow,
      port('p'),
      port('q'),
      bridge('one', 'p'),
      bridge('two', 'q'),
      mutate('Open_vSwitch', [], [['bridges', 'insert', [new NamedUuid('bone'), new NamedUuid('btwo')]]]),
    ]),
    { instanceOf: ConstraintViolationError, code: 'ERR_OVSDB_CONSTRAINT' },
  );
  t.regex(error.message, /same/);
});

test('what does not fit the schema is not sent', async (t) => {
  const { client } = await withDatabase(t);
  await t.throwsAsync(client.transact(database, [insert('Port', { tag: 'x' })]), { instanceOf: SchemaError });
});

test('a deadline ends the wait, and a write whose reply is missing has an unknown outcome', async (t) => {
  const { client } = await withDatabase(t);
  const blocked = wait('Bridge', [['name', '==', 'never']], ['name'], '!=', []);
  await client.getSchema(database);
  await t.throwsAsync(client.transact(database, [blocked], { timeout: 50 }), { code: 'ERR_TIMEOUT' });
  await t.throwsAsync(client.transact(database, [blocked, insert('QoS', { type: 'x' })], { timeout: 50 }), {
    instanceOf: CommitOutcomeUnknownError,
    code: 'ERR_OVSDB_COMMIT_OUTCOME_UNKNOWN',
  });
  const abortion = new AbortController();
  const pending = client.transact(database, [blocked], { signal: abortion.signal });
  abortion.abort(new Error('enough'));
  const error = await t.throwsAsync(pending, { code: 'ERR_ABORTED' });
  t.is((error.cause as Error).message, 'enough');
  // The server was told to cancel, so nothing it held back for us comes true later.
  await client.transact(database, [insert('QoS', { type: 'y' })]);
  const [{ rows }] = await client.transact(database, [select('QoS', [], ['type'])]);
  t.deepEqual(rows, [{ type: 'y' }]);
});

test('a write in flight when the server dies has an unknown outcome, a read waits for the server', async (t) => {
  const { client, server } = await withDatabase(t);
  await client.getSchema(database);
  const blocked = wait('Bridge', [['name', '==', 'never']], ['name'], '!=', []);
  const write = client.transact(database, [blocked, insert('QoS', { type: 'x' })]);
  const read = client.transact(database, [blocked], { timeout: 1500 });
  await client.listDatabases();
  const settled = Promise.allSettled([write, read]);
  await server.kill();
  const [written, reading] = await settled;
  t.true(written.status === 'rejected' && written.reason instanceof CommitOutcomeUnknownError);
  t.is(reading.status === 'rejected' && reading.reason.code, 'ERR_TIMEOUT');
});

test('says why it cannot connect', async (t) => {
  const missing = await t.throwsAsync(Client.connect('unix:/nonexistent/db.sock'), { code: 'ERR_OVSDB_CONNECT' });
  t.regex(missing.message, /unix:\/nonexistent\/db\.sock: there is no such socket; is ovsdb-server running/);
  const late = await t.throwsAsync(Client.connect('unix:/nonexistent/db.sock', { retry: true, timeout: 700 }), {
    code: 'ERR_TIMEOUT',
    message: /no answer within 700 ms; cannot connect to unix:\/nonexistent\/db\.sock: there is no such socket/,
  });
  t.is((late.cause as { code?: string }).code, 'ERR_OVSDB_CONNECT', 'the last try is the cause');
  const odd = await t.throwsAsync(Client.connect('/var/run/db.sock'), { code: 'ERR_INVALID_ARGUMENT' });
  t.regex(odd.message, /write it as unix:PATH/);
  await t.throwsAsync(Client.connect(`unix:/${'x'.repeat(120)}`), {
    code: 'ERR_INVALID_ARGUMENT',
    message: /107 bytes/,
  });
});
