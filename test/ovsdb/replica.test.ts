import test from 'ava';
import {
  type Client,
  deleteRows,
  insert,
  mutate,
  NamedUuid,
  type RowChange,
  type Selection,
  update,
} from '../../src/ovsdb/index.js';
import { withDatabase } from '../support/database.js';

const database = 'Open_vSwitch';

/** QoS rows stand alone, which makes them good to practise on. */
async function watched(t: Parameters<typeof withDatabase>[0]) {
  const { client, ...rest } = await withDatabase(t);
  const replica = await client.monitor(database, {
    QoS: { index: ['type', 'external_ids:owner'] },
    Queue: { columns: ['dscp', 'external_ids'] },
  });
  return { client, replica, ...rest };
}

async function addQos(client: Client, type: string, owner?: string): Promise<string> {
  const [{ uuid }] = await client.transact(database, [
    insert('QoS', { type, external_ids: owner === undefined ? {} : { owner } }),
  ]);
  return uuid;
}

test('shows what was there, and then every change, before the reply to it', async (t) => {
  const { client, replica } = await watched(t);
  t.is(replica.table('QoS').size, 0);
  const uuid = await addQos(client, 'a', 'me');
  const row = replica.table('QoS').get(uuid);
  t.is(row?.type, 'a');
  t.deepEqual(row?.external_ids, new Map([['owner', 'me']]));
  t.deepEqual(row?.queues, new Map());

  await client.transact(database, [
    update('QoS', [['_uuid', '==', uuid]], { type: 'b' }),
    mutate('QoS', [['_uuid', '==', uuid]], [['external_ids', 'insert', { extra: '1' }]]),
  ]);
  const changed = replica.table('QoS').get(uuid);
  t.is(row?.type, 'a', 'a row that somebody holds never changes');
  t.is(changed?.type, 'b');
  t.deepEqual(
    changed?.external_ids,
    new Map([
      ['owner', 'me'],
      ['extra', '1'],
    ]),
  );

  await client.transact(database, [mutate('QoS', [], [['external_ids', 'delete', ['owner']]])]);
  t.deepEqual(replica.table('QoS').get(uuid)?.external_ids, new Map([['extra', '1']]));
  await client.transact(database, [deleteRows('QoS', [])]);
  t.is(replica.table('QoS').get(uuid), undefined);
  t.is(replica.table('QoS').size, 0);
});

test('a second replica starts with what the first one watched grow', async (t) => {
  const { client } = await watched(t);
  await addQos(client, 'a', 'me');
  const late = await client.monitor(database, { QoS: {} });
  t.deepEqual(
    [...late.table('QoS').rows()].map((row) => row.type),
    ['a'],
  );
});

test('finds rows by index, also by a key of a map, while rows come, change and go', async (t) => {
  const { client, replica } = await watched(t);
  const qos = replica.table('QoS');
  const first = await addQos(client, 'same', 'me');
  const second = await addQos(client, 'same', 'you');
  t.deepEqual(
    qos
      .findAll('type', 'same')
      .map((row) => row._uuid)
      .sort(),
    [first, second].sort(),
  );
  t.is(qos.find('external_ids:owner', 'you')?._uuid, second);
  await client.transact(database, [update('QoS', [['_uuid', '==', first]], { type: 'other' })]);
  t.deepEqual(
    qos.findAll('type', 'same').map((row) => row._uuid),
    [second],
  );
  t.is(qos.find('type', 'other')?._uuid, first);
  // The server leaves out of a new row what has its default.
  const third = await addQos(client, '', 'them');
  t.is(qos.find('type', '')?._uuid, third);
  await client.transact(database, [deleteRows('QoS', [])]);
  t.is(qos.find('type', 'same'), undefined);
  t.is(qos.find('external_ids:owner', 'me'), undefined);
  t.throws(() => qos.find('queues', 'x'), {
    code: 'ERR_OVSDB_SCHEMA',
    message: /has no index on queues; its indexes: type/,
  });
});

test('finds rows by a boolean, true and false, while it changes', async (t) => {
  const { client } = await withDatabase(t);
  const selection = { Bridge: { columns: ['name', 'stp_enable'], index: ['stp_enable'] } };
  const replica = await client.monitor(database, selection);
  const bridges = replica.table('Bridge');
  const named = (on: boolean) => bridges.findAll('stp_enable', on).map((row) => row.name);
  await client.transact(database, [
    insert('Bridge', { name: 'on', stp_enable: true }, 'on'),
    insert('Bridge', { name: 'off' }, 'off'),
    update('Open_vSwitch', [], { bridges: [new NamedUuid('on'), new NamedUuid('off')] }),
  ]);
  t.deepEqual([named(true), named(false)], [['on'], ['off']]);
  await client.transact(database, [update('Bridge', [['name', '==', 'on']], { stp_enable: false })]);
  t.deepEqual([named(true), named(false).sort()], [[], ['off', 'on']]);
  await client.transact(database, [update('Bridge', [['name', '==', 'off']], { stp_enable: true })]);
  t.deepEqual([named(true), named(false)], [['off'], ['on']]);
  t.is(bridges.find('stp_enable', false)?.name, 'on');
  await client.transact(database, [update('Open_vSwitch', [], { bridges: [] }), deleteRows('Bridge', [])]);
  t.deepEqual([named(true), named(false)], [[], []]);
  t.is(bridges.find('stp_enable', false), undefined);
});

test('sets follow elements that come and go, on whichever side of one', async (t) => {
  const { client } = await withDatabase(t);
  const replica = await client.monitor(database, { Bridge: { columns: ['name', 'ports'], index: ['ports'] } });
  const port = (name: string) => [
    insert('Interface', { name }, `i${name}`),
    insert('Port', { name, interfaces: [new NamedUuid(`i${name}`)] }, `p${name}`),
  ];
  const results = await client.transact(database, [
    ...port('a'),
    insert('Bridge', { name: 'br', ports: [new NamedUuid('pa')] }, 'br'),
    mutate('Open_vSwitch', [], [['bridges', 'insert', [new NamedUuid('br')]]]),
  ]);
  const a = (results[1] as { uuid: string }).uuid;
  const ports = () => ((replica.table('Bridge').find('name', 'br')?.ports ?? []) as string[]).toSorted();
  t.deepEqual(ports(), [a]);
  const more = await client.transact(database, [
    ...port('b'),
    ...port('c'),
    mutate('Bridge', [], [['ports', 'insert', [new NamedUuid('pb'), new NamedUuid('pc')]]]),
  ]);
  const [b, c] = [more[1], more[3]].map((result) => (result as { uuid: string }).uuid) as [string, string];
  t.deepEqual(ports(), [a, b, c].sort());
  t.is(replica.table('Bridge').find('ports', c)?.name, 'br');
  await client.transact(database, [mutate('Bridge', [], [['ports', 'delete', [a, c]]])]);
  t.deepEqual(ports(), [b]);
  t.is(replica.table('Bridge').find('ports', c), undefined);
  await client.transact(database, [mutate('Bridge', [], [['ports', 'delete', [b]]])]);
  t.deepEqual(ports(), []);
});

test('tells listeners what changed, old and new', async (t) => {
  const { client, replica } = await watched(t);
  const seen: RowChange[][] = [];
  const stop = replica.onChange((changes) => seen.push([...changes]));
  const uuid = await addQos(client, 'a');
  await client.transact(database, [update('QoS', [], { type: 'b' })]);
  stop();
  await client.transact(database, [deleteRows('QoS', [])]);
  t.deepEqual(
    seen.flat().map(({ table, uuid, old, new: row }) => [table, uuid, old?.type, row?.type]),
    [
      ['QoS', uuid, undefined, 'a'],
      ['QoS', uuid, 'a', 'b'],
    ],
  );
});

test('waits until something is true of the whole, or of the rows under one index value', async (t) => {
  const { client, replica } = await watched(t);
  const two = replica.waitUntil('two rows', () => replica.table('QoS').size === 2);
  let asked = 0;
  const mine = replica.waitForRow(['QoS', 'type', 'mine'], (row) => {
    asked++;
    return row?._uuid;
  });
  const gone = replica.waitForRow(['QoS', 'type', 'mine'], (row) => row === undefined);
  t.true(await gone, 'true at once');
  await addQos(client, 'other');
  t.is(asked, 1, 'not asked about rows that are not its own');
  const uuid = await addQos(client, 'mine');
  t.is(await mine, uuid);
  t.true(await two);
});

test('a wait ends by its deadline, its signal, its own error and the end of the client', async (t) => {
  const { client, replica } = await watched(t);
  await t.throwsAsync(
    replica.waitUntil('a wonder', () => false, { timeout: 20 }),
    {
      code: 'ERR_TIMEOUT',
      message: /a wonder/,
    },
  );
  const controller = new AbortController();
  const aborted = replica.waitUntil('a wonder', () => false, { signal: controller.signal });
  controller.abort();
  await t.throwsAsync(aborted, { code: 'ERR_ABORTED' });
  const thrown = replica.waitForRow(['QoS', 'type', 'x'], (row) => {
    if (row) throw new Error('no good');
    return undefined;
  });
  const settled = t.throwsAsync(thrown, { message: 'no good' });
  await addQos(client, 'x');
  await settled;
  const waiting = replica.waitForRow(['QoS', 'type', 'never'], (row) => row);
  const ended = t.throwsAsync(waiting);
  await client.close();
  await ended;
  await t.throwsAsync(
    replica.waitUntil('more', () => true),
    undefined,
    'an ended replica says so at once',
  );
  t.is(replica.table('QoS').find('type', 'x')?.type, 'x', 'its rows stay readable');
});

test('a selection that does not fit the schema is refused', async (t) => {
  const { client } = await withDatabase(t);
  await t.throwsAsync(client.monitor(database, { Brigde: {} }), {
    code: 'ERR_OVSDB_SCHEMA',
    message: /no table "Brigde"/,
  });
  await t.throwsAsync(client.monitor(database, { Bridge: { columns: ['nmae'] } }), { message: /no column "nmae"/ });
  await t.throwsAsync(client.monitor(database, { Bridge: { index: ['external_ids'] } }), {
    message: /external_ids:KEY/,
  });
  const odd: [selection: unknown, message: RegExp][] = [
    [{ Bridge: { colums: ['name'] } }, /table Bridge has colums, which means nothing; it takes columns, where, index/],
    [{ Bridge: true }, /the selection of table Bridge is an object, \{\} for all of it, not boolean true/],
    [{ Bridge: ['name'] }, /table Bridge is an object, \{\} for all of it, not a list/],
    [{ Bridge: { index: 'ports' } }, /index of the selection of table Bridge is a list, not string ports/],
    [['Bridge'], /a selection is an object of tables, such as \{ Bridge: \{\} \}, not a list/],
    [null, /not null/],
  ];
  for (const [selection, message] of odd) {
    await t.throwsAsync(client.monitor(database, selection as Selection), { code: 'ERR_INVALID_ARGUMENT', message });
  }
  const replica = await client.monitor(database, { Bridge: { columns: ['name'] } });
  t.throws(() => replica.table('Port'), { code: 'ERR_OVSDB_NOT_MONITORED', message: /it holds Bridge/ });
});

test('a replica that is closed leaves the connection to others', async (t) => {
  const { client, replica } = await watched(t);
  await addQos(client, 'before');
  await replica.close();
  await addQos(client, 'after');
  t.is(replica.table('QoS').size, 1);
});
