import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { Client, deleteRows, insert, update } from '../../src/ovsdb/index.js';
import { createDatabase, temporaryDirectory, withServer } from '../support/ovsdb-server.js';

const map = (key: string) => ({ type: { key, value: 'string', min: 0, max: 'unlimited' } });
/** Maps by keys of the types that Open_vSwitch has no map of, or none that is indexed. */
const SCHEMA = {
  name: 'Keys',
  version: '1.0.0',
  tables: {
    Item: { isRoot: true, columns: { byUuid: map('uuid'), byNumber: map('integer') } },
    Named: { isRoot: true, columns: { name: { type: 'string' } } },
  },
};

async function setUp(t: ExecutionContext) {
  const directory = await temporaryDirectory(t);
  const server = await withServer(t, { directory, databases: [await createDatabase(directory, SCHEMA)] });
  const client = await Client.connect(server.remote);
  t.teardown(() => client.close());
  return client;
}

test('rows are found by a key of a map, of whatever type the keys are', async (t) => {
  const client = await setUp(t);
  const [key, other] = [randomUUID(), randomUUID()];
  const replica = await client.monitor('Keys', { Item: { index: [`byUuid:${key}`, 'byNumber:7'] } });
  const items = replica.table('Item');
  const [{ uuid }] = await client.transact('Keys', [
    insert('Item', { byUuid: new Map([[key, 'mine']]), byNumber: new Map([[7, 'seven']]) }),
    insert('Item', { byUuid: new Map([[other, 'mine']]), byNumber: new Map([[8, 'seven']]) }),
    insert('Item', {}),
  ]);
  const found = () => [items.find(`byUuid:${key}`, 'mine')?._uuid, items.find('byNumber:7', 'seven')?._uuid];
  t.deepEqual(found(), [uuid, uuid]);
  t.is(items.uuidsOf(`byUuid:${key}`, 'mine').length, 1);
  await client.transact('Keys', [
    update('Item', [['_uuid', '==', uuid]], { byUuid: new Map([[other, 'mine']]), byNumber: new Map([[7, 'eight']]) }),
  ]);
  t.deepEqual(found(), [undefined, undefined]);
  t.is(items.find('byNumber:7', 'eight')?._uuid, uuid);
});

test('an index that nobody asked for thousands of changes, and so was given up, tells what is when it is asked again', async (t) => {
  const client = await setUp(t);
  const replica = await client.monitor('Keys', { Named: { index: ['name'] } });
  const table = replica.table('Named');
  const rename = (from: string, to: string) =>
    client.transact('Keys', [update('Named', [['name', '==', from]], { name: to })]);
  await client.transact(
    'Keys',
    Array.from({ length: 1200 }, () => insert('Named', { name: 'first' })),
  );
  t.is(table.uuidsOf('name', 'first').length, 1200);
  for (const [from, to] of [
    ['first', 'second'],
    ['second', 'third'],
    ['third', 'last'],
  ] as const) {
    await rename(from, to);
  }
  const names = ['first', 'second', 'third', 'last'];
  t.deepEqual(
    names.map((name) => table.uuidsOf('name', name).length),
    [0, 0, 0, 1200],
  );
  await client.transact('Keys', [deleteRows('Named', [])]);
  t.deepEqual(table.uuidsOf('name', 'last'), []);
});
