import test from 'ava';
import { rowFactory } from '../../src/ovsdb/row.js';
import { parseSchema } from '../../src/ovsdb/schema.js';
import { Table } from '../../src/ovsdb/table.js';

const optionalUuid = { key: { type: 'uuid' }, min: 0, max: 1 };
const schema = parseSchema({
  name: 'db',
  version: '1.0.0',
  tables: { T: { columns: { name: { type: 'string' }, other: { type: optionalUuid } } } },
}).tables.get('T')!;
const factory = rowFactory(schema, ['name', 'other']);
const row = (id: number, name: string) => factory.create(`uuid ${id}`, { name });

function tableOf(size: number): Table {
  const table = new Table(schema, ['name']);
  for (let id = 0; id < size; id++) table.replace(undefined, row(id, `name ${id}`));
  return table;
}

test('an index that is asked for the first time finds the rows that came before', (t) => {
  const table = tableOf(100);
  t.deepEqual(table.uuidsOf('name', 'name 7'), ['uuid 7']);
  t.deepEqual(table.uuidsOf('name', 'name 100'), []);
});

test('an index finds what is there, however many changes nobody asked about', (t) => {
  for (const changes of [1, 999, 1000, 1001, 1002, 5000]) {
    const table = tableOf(100);
    t.is(table.find('name', 'name 7')?._uuid, 'uuid 7');
    for (let change = 1; change <= changes; change++) {
      table.replace(table.get('uuid 7'), row(7, `after ${change}`));
    }
    t.deepEqual(table.uuidsOf('name', `after ${changes}`), ['uuid 7'], `${changes} changes`);
    t.deepEqual(table.uuidsOf('name', `after ${changes - 1}`), [], `${changes} changes`);
    t.deepEqual(table.uuidsOf('name', 'name 8'), ['uuid 8'], `${changes} changes`);
    table.replace(table.get('uuid 8'), undefined);
    t.deepEqual(table.uuidsOf('name', 'name 8'), [], `${changes} changes`);
  }
});

test('the version of an index tells every change of its column, asked or not, and no other', (t) => {
  const table = tableOf(2);
  const versions = [table.versionOf('name')];
  const note = () => versions.push(table.versionOf('name'));
  table.replace(table.get('uuid 0'), factory.modify(table.get('uuid 0')!, { other: ['uuid', 'x'] }));
  note();
  table.replace(table.get('uuid 0'), row(0, 'another'));
  note();
  table.find('name', 'another');
  table.replace(table.get('uuid 0'), undefined);
  note();
  table.replace(undefined, row(0, 'back'));
  note();
  t.is(versions[1], versions[0]);
  t.is(new Set(versions).size, 4);
});
