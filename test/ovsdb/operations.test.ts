import test from 'ava';
import {
  assertLock,
  comment,
  deleteRows,
  insert,
  mutate,
  NamedUuid,
  type Operation,
  parseSchema,
  SchemaError,
  select,
  update,
  wait,
} from '../../src/ovsdb/index.js';
import { encodeOperation, isWrite } from '../../src/ovsdb/operations.js';

const schema = parseSchema({
  name: 'Open_vSwitch',
  tables: {
    Port: {
      columns: {
        name: { type: 'string' },
        tag: { type: { key: 'integer', min: 0, max: 1 } },
        interfaces: { type: { key: { type: 'uuid', refTable: 'Interface' }, min: 1, max: 'unlimited' } },
        external_ids: { type: { key: 'string', value: 'string', min: 0, max: 'unlimited' } },
      },
    },
  },
});

const samples: [what: string, operation: Operation, wire: unknown][] = [
  [
    'an insert with a named row',
    insert('Port', { name: 'p', interfaces: [new NamedUuid('i')], tag: undefined }, 'row0'),
    { op: 'insert', table: 'Port', row: { name: 'p', interfaces: ['named-uuid', 'i'] }, 'uuid-name': 'row0' },
  ],
  [
    'a select of one column',
    select('Port', [['name', '==', 'p']], ['tag']),
    { op: 'select', table: 'Port', where: [['name', '==', 'p']], columns: ['tag'] },
  ],
  ['a select of all', select('Port', []), { op: 'select', table: 'Port', where: [] }],
  [
    'an update that clears an optional column',
    update('Port', [], { tag: null }),
    { op: 'update', table: 'Port', where: [], row: { tag: ['set', []] } },
  ],
  [
    'a deletion of map pairs by their keys',
    mutate('Port', [], [['external_ids', 'delete', ['a', 'b']]]),
    { op: 'mutate', table: 'Port', where: [], mutations: [['external_ids', 'delete', ['set', ['a', 'b']]]] },
  ],
  [
    'a deletion of map pairs that have just these values',
    mutate('Port', [], [['external_ids', 'delete', { a: '1' }]]),
    { op: 'mutate', table: 'Port', where: [], mutations: [['external_ids', 'delete', ['map', [['a', '1']]]]] },
  ],
  [
    'an insertion of no members into a column that must have one',
    mutate('Port', [], [['interfaces', 'insert', []]]),
    { op: 'mutate', table: 'Port', where: [], mutations: [['interfaces', 'insert', ['set', []]]] },
  ],
  [
    'a condition on no members of a column that must have one',
    select('Port', [['interfaces', 'includes', []]]),
    { op: 'select', table: 'Port', where: [['interfaces', 'includes', ['set', []]]] },
  ],
  [
    'an insertion of map pairs',
    mutate('Port', [], [['external_ids', 'insert', { a: '1' }]]),
    { op: 'mutate', table: 'Port', where: [], mutations: [['external_ids', 'insert', ['map', [['a', '1']]]]] },
  ],
  [
    'a wait that is a check',
    wait('Port', [['name', '==', 'p']], ['name'], '==', [], 0),
    { op: 'wait', table: 'Port', where: [['name', '==', 'p']], columns: ['name'], until: '==', rows: [], timeout: 0 },
  ],
  [
    'a delete by a condition on a map',
    deleteRows('Port', [['external_ids', 'includes', { a: '1' }]]),
    { op: 'delete', table: 'Port', where: [['external_ids', 'includes', ['map', [['a', '1']]]]] },
  ],
];

for (const [what, operation, wire] of samples) {
  test(`writes ${what}`, (t) => t.deepEqual(encodeOperation(schema, operation), wire as Record<string, unknown>));
}

test('an equation takes only what the column can hold', (t) => {
  const message = 'column interfaces of table Port must have a value, and was given none';
  t.throws(() => encodeOperation(schema, select('Port', [['interfaces', '==', []]])), { message });
});

test('tells what can change the database from what only reads or checks', (t) => {
  const writes = [insert('Port', {}), update('Port', [], {}), mutate('Port', [], []), deleteRows('Port', [])];
  const others = [select('Port', []), wait('Port', [], [], '==', [], 0), comment('c'), assertLock('l')];
  t.deepEqual(writes.filter(isWrite), writes);
  t.deepEqual(others.filter(isWrite), []);
});

test('a where that is no list of conditions is named', (t) => {
  for (const where of [undefined, 'name', ['name', '==', 'p']]) {
    t.throws(() => encodeOperation(schema, select('Port', where as never)), {
      code: 'ERR_OVSDB_SCHEMA',
      message: /where of table Port must be a list/,
    });
  }
});

test('names the table or column that the schema has not', (t) => {
  const table = t.throws(() => encodeOperation(schema, select('Prot', [])), { instanceOf: SchemaError });
  t.is(table.message, 'database Open_vSwitch has no table "Prot"; its tables are Port');
  const column = t.throws(() => encodeOperation(schema, update('Port', [], { tags: 5 })), { instanceOf: SchemaError });
  t.regex(column.message, /^table Port has no column "tags"; its columns are .*name, tag/);
  t.throws(() => encodeOperation(schema, select('Port', [], ['tags'])), { message: column.message });
  const value = t.throws(() => encodeOperation(schema, update('Port', [], { tag: 'five' })), {
    instanceOf: SchemaError,
  });
  t.is(value.message, 'column tag of table Port takes an integer, not "five"');
});

test('what would make the server end the connection is refused', (t) => {
  const unsendable: [Operation, RegExp][] = [
    [comment('a\0b'), /^comment takes no NUL and no half of a surrogate pair, as in "a\\u0000b"/],
    [comment(7 as never), /^comment takes a string, not number 7/],
    [assertLock('\ud800'), /^lock of assert takes no NUL/],
    [insert('Port', { name: 'p' }, '\0'), /^uuidName of insert into table Port takes no NUL/],
    [{ op: 'insert', table: 'Port', row: {}, uuid: '\ud800' }, /^uuid of insert into table Port takes no NUL/],
    [insert('Port', { interfaces: [new NamedUuid('\0')] }), /^column interfaces of table Port takes no NUL/],
  ];
  for (const [operation, message] of unsendable) {
    t.throws(() => encodeOperation(schema, operation), { instanceOf: SchemaError, message });
  }
  t.deepEqual(encodeOperation(schema, comment('whole pairs: 😀')), { op: 'comment', comment: 'whole pairs: 😀' });
});
