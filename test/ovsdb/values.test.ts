import { inspect } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import { type ColumnSchema, NamedUuid, parseSchema, SchemaError } from '../../src/ovsdb/index.js';
import { decodeValue, encodeValue, type ValueInput } from '../../src/ovsdb/values.js';

const schema = parseSchema({
  name: 'Test',
  tables: {
    T: {
      columns: {
        integer: { type: 'integer' },
        real: { type: 'real' },
        text: { type: 'string' },
        flag: { type: 'boolean' },
        row: { type: 'uuid' },
        tag: { type: { key: { type: 'integer', minInteger: 0, maxInteger: 4095 }, min: 0, max: 1 } },
        trunks: { type: { key: 'integer', min: 0, max: 'unlimited' } },
        pair: { type: { key: 'string', min: 2, max: 2 } },
        ids: { type: { key: 'string', value: 'string', min: 0, max: 'unlimited' } },
        queues: { type: { key: 'integer', value: 'uuid', min: 0, max: 'unlimited' } },
        mode: { type: { key: { type: 'string', enum: ['set', ['standalone', 'secure']] }, min: 0, max: 1 } },
        name: { type: { key: { type: 'string', minLength: 1, maxLength: 3 } } },
        some: { type: { key: { type: 'string', minLength: 1 } } },
        few: { type: { key: { type: 'string', maxLength: 3 } } },
        rate: { type: { key: { type: 'integer', minInteger: 0 } } },
        level: { type: { key: { type: 'integer', maxInteger: 7 } } },
      },
    },
  },
});

function column(name: string): ColumnSchema {
  return schema.tables.get('T')?.columns.get(name) as ColumnSchema;
}

const encode = (name: string, value: unknown) => encodeValue(value, column(name).type, () => `column ${name}`);
const decode = (name: string, wire: unknown) => decodeValue(wire, column(name).type);

const UUID = '11111111-2222-3333-4444-555555555555';

const samples: [column: string, value: ValueInput, wire: unknown][] = [
  ['integer', 7, 7],
  ['integer', 2n ** 63n - 1n, 2n ** 63n - 1n],
  ['integer', -(2n ** 63n), -(2n ** 63n)],
  ['integer', 12n, 12],
  ['integer', BigInt(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER],
  ['integer', BigInt(Number.MIN_SAFE_INTEGER), Number.MIN_SAFE_INTEGER],
  ['integer', 2n ** 53n, 2n ** 53n],
  ['real', 0.5, 0.5],
  ['real', 3n, 3],
  ['text', 'naïve', 'naïve'],
  ['flag', true, true],
  ['row', UUID, ['uuid', UUID]],
  ['row', new NamedUuid('row0'), ['named-uuid', 'row0']],
  ['tag', null, ['set', []]],
  ['tag', 5, 5],
  ['tag', [5], 5],
  ['tag', 0, 0],
  ['tag', 4095, 4095],
  ['name', '😀😀😀', '😀😀😀'],
  ['pair', ['a', 'b'], ['set', ['a', 'b']]],
  ['mode', 'secure', 'secure'],
  ['trunks', [], ['set', []]],
  ['trunks', [1, 2], ['set', [1, 2]]],
  ['trunks', new Set([1, 2]), ['set', [1, 2]]],
  ['ids', { a: 'b' }, ['map', [['a', 'b']]]],
  ['ids', new Map([['a', 'b']]), ['map', [['a', 'b']]]],
  ['queues', new Map([[0, UUID]]), ['map', [[0, ['uuid', UUID]]]]],
];

for (const [name, value, wire] of samples) {
  test(`${name} writes ${inspect(value)} as RFC 7047 does`, (t) => {
    t.deepEqual(encode(name, value), wire);
  });
}

const wrong: [column: string, value: unknown, message: RegExp][] = [
  ['integer', '7', /column integer takes an integer, not "7"/],
  ['integer', 1.5, /takes an integer, not 1.5/],
  ['integer', 2 ** 60, /has lost digits as a number; pass it as a bigint/],
  ['integer', 2n ** 63n, /64-bit integer/],
  ['integer', -(2n ** 63n) - 1n, /64-bit integer/],
  ['integer', true, /takes an integer, not boolean true/],
  ['real', Number.NaN, /finite number/],
  ['real', Number.POSITIVE_INFINITY, /takes a finite number, not number Infinity/],
  ['real', '1', /takes a finite number, not "1"/],
  ['text', 5, /takes a string, not number 5/],
  ['row', 'br0', /takes a uuid .* not "br0"/],
  ['row', { uuid: UUID }, /not an object/],
  ['text', new NamedUuid('r'), /takes a string, not the row named r/],
  ['text', new Map(), /takes a string, not a Map/],
  ['row', new NamedUuid('a\0'), /takes no NUL/],
  ['flag', 0, /takes a boolean, not number 0/],
  ['tag', -1, /no less than 0, not number -1/],
  ['tag', 4096, /no more than 4095, not number 4096/],
  ['tag', [1, 2], /takes 1 value at most, not 2/],
  ['integer', null, /must have a value/],
  ['pair', ['one'], /must have a value, and was given none/],
  ['pair', ['a', 'b', 'c'], /takes 2 values at most, not 3/],
  ['ids', new Set(['a']), /takes a map, not a Set/],
  ['queues', new Map([['0', UUID]]), /key of column queues takes an integer, not "0"/],
  ['ids', ['a'], /takes a map, not an array/],
  ['ids', null, /takes a map, not null$/],
  ['ids', undefined, /takes a map, not undefined$/],
  ['ids', { a: 5 }, /value of key a of column ids takes a string/],
  ['mode', 'open', /takes one of standalone, secure, not "open"/],
  ['name', '', /at least 1 characters/],
  ['some', '', /at least 1 characters/],
  ['few', 'long', /at most 3 characters/],
  ['rate', -1, /no less than 0/],
  ['level', 8, /no more than 7/],
  ['name', '😀😀😀😀', /at most 3 characters/],
  ['name', 'long', /at most 3 characters/],
  ['text', 'a\0', /no NUL/],
  ['text', 'a\ud800b', /half of a surrogate pair/],
];

for (const [name, value, message] of wrong) {
  test(`${name} refuses ${inspect(value)}`, (t) => {
    const error = t.throws(() => encode(name, value), { instanceOf: SchemaError, code: 'ERR_OVSDB_SCHEMA' });
    t.regex(error.message, message);
  });
}

test('reads a set of one whether it stands as an atom or as a set', (t) => {
  t.deepEqual(decode('trunks', 5), [5]);
  t.deepEqual(decode('trunks', ['set', [5]]), [5]);
  t.is(decode('tag', ['set', [5]]), 5);
  t.is(decode('tag', ['set', []]), null);
  t.is(decode('row', ['uuid', UUID]), UUID);
});

test('the operand of a mutation may be of any size', (t) => {
  const operand = (name: string, value: unknown) => encodeValue(value, column(name).type, () => name, true);
  t.is(operand('pair', ['one']), 'one');
  t.deepEqual(operand('pair', ['a', 'b', 'c']), ['set', ['a', 'b', 'c']]);
  t.deepEqual(operand('tag', []), ['set', []]);
});

test('what is no value of the type is no value, and is told as what the server sent', (t) => {
  const code = 'ERR_OVSDB_PROTOCOL';
  t.throws(() => decode('ids', ['map', 5]), { code, message: 'the server sent a map that has no list of its pairs' });
  t.throws(() => decode('ids', ['map', ['a']]), { code, message: /a map that has no list of its pairs/ });
  t.throws(() => decode('trunks', ['set', 5]), {
    code,
    message: 'the server sent a set that has no list of its elements',
  });
  t.deepEqual(decode('ids', ['map', []]), new Map());
  t.deepEqual(decode('trunks', ['set', []]), []);
});

test('a value read back from the wire is the value written', (t) => {
  const integer = fc.oneof(fc.integer(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }));
  const cases: Record<string, fc.Arbitrary<unknown>> = {
    integer,
    trunks: fc.uniqueArray(integer, { selector: String }),
    ids: fc.uniqueArray(fc.tuple(fc.string(), fc.string()), { selector: ([k]) => k }).map((pairs) => new Map(pairs)),
    text: fc.string({ unit: 'grapheme' }),
    tag: fc.option(fc.integer({ min: 0, max: 4095 })),
  };
  for (const [name, arbitrary] of Object.entries(cases)) {
    fc.assert(fc.property(arbitrary, (value) => t.deepEqual(decode(name, encode(name, value)), value)));
  }
});
