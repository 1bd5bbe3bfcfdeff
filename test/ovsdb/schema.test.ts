import test from 'ava';
import { parseSchema } from '../../src/ovsdb/index.js';

const columnOf = (column: object, table: object = {}) =>
  parseSchema({ name: 'D', tables: { T: { columns: { c: column }, ...table } } })
    .tables.get('T')!
    .columns.get('c')!;

test('what a schema says of itself, its tables and columns', (t) => {
  const T = { columns: { c: { type: 'string', ephemeral: true, mutable: false } }, isRoot: true, maxRows: 1 };
  const schema = parseSchema({ name: 'D', version: '1.2.3', cksum: '1 2', tables: { T: { ...T, indexes: [['c']] } } });
  t.like(schema, { name: 'D', version: '1.2.3', cksum: '1 2' });
  const table = schema.tables.get('T');
  t.like(table, { isRoot: true, maxRows: 1, indexes: [['c']] });
  t.like(table?.columns.get('c'), { ephemeral: true, mutable: false });
});

test('what it leaves unsaid has the defaults of RFC 7047', (t) => {
  const schema = parseSchema({ name: 'D', tables: { T: { columns: { c: { type: 'string' } } } } });
  t.like(schema, { version: '0.0.0', cksum: undefined });
  const table = schema.tables.get('T');
  t.like(table, { isRoot: false, maxRows: Number.POSITIVE_INFINITY, indexes: [] });
  t.like(table?.columns.get('c'), { ephemeral: false, mutable: true, type: { min: 1, max: 1, value: undefined } });
});

test('a reference is strong unless it is called weak; what refers to no table is none', (t) => {
  const keyOf = (more: object) => columnOf({ type: { key: { type: 'uuid', ...more } } }).type.key;
  t.deepEqual(keyOf({}), { type: 'uuid' });
  t.deepEqual(keyOf({ refTable: 'T' }), { type: 'uuid', refTable: 'T', refType: 'strong' });
  t.deepEqual(keyOf({ refTable: 'T', refType: 'strong' }), { type: 'uuid', refTable: 'T', refType: 'strong' });
  t.deepEqual(keyOf({ refTable: 'T', refType: 'weak' }), { type: 'uuid', refTable: 'T', refType: 'weak' });
});

test('a count is a whole number from 0 on', (t) => {
  for (const min of [-1, 0.5, '1', null]) {
    t.throws(() => columnOf({ type: { key: 'string', min } }), {
      message: 'schema: column c of table T: min must be 0 or 1',
    });
  }
  for (const max of [0, -1, 1.5, '2', null]) {
    t.throws(() => columnOf({ type: { key: 'string', min: 0, max } }), { message: /column c of table T: max must be/ });
  }
  t.like(columnOf({ type: { key: 'string', min: 0, max: 'unlimited' } }), {
    type: { min: 0, max: Number.POSITIVE_INFINITY },
  });
});

test('what is no object where there must be one is named', (t) => {
  for (const no of [null, undefined, [], 'text', 7]) {
    t.throws(() => parseSchema(no), { code: 'ERR_OVSDB_SCHEMA', message: 'schema: the document must be an object' });
    t.throws(() => parseSchema({ name: 'D', tables: no }), { message: 'schema: tables must be an object' });
    t.throws(() => parseSchema({ name: 'D', tables: { T: no } }), { message: 'schema: table T must be an object' });
  }
});
