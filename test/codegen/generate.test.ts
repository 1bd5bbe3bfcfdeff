import test from 'ava';
import fc from 'fast-check';
import { generate } from '../../src/codegen/index.js';
import { parseSchema, SchemaError } from '../../src/ovsdb/index.js';
import { declarations, typecheck } from '../support/typecheck.js';

const options = { command: 'ovskit codegen test', importFrom: `${declarations}/ovsdb/index.js` };

const generated = (columns: Record<string, unknown>, table = 'T') =>
  generate(parseSchema({ name: 'Test', version: '1.0.0', tables: { [table]: { columns } } }), options);

const many = (key: unknown, value?: unknown) => ({ type: { key, value, min: 0, max: 'unlimited' } });

const columns: [what: string, column: unknown, read: string, written: string][] = [
  ['a string', { type: 'string' }, 'c: string', 'c?: string | undefined'],
  ['a real', { type: 'real' }, 'c: number', 'c?: number | undefined'],
  ['an integer', { type: 'integer' }, 'c: Integer', 'c?: Integer | undefined'],
  [
    'an integer that is small',
    { type: { key: { type: 'integer', minInteger: 0, maxInteger: 4095 }, min: 0, max: 1 } },
    'c: number | null',
    'c?: number | null | undefined',
  ],
  ['an integer with one bound', { type: { key: { type: 'integer', minInteger: 0 } } }, 'c: Integer', 'c?: Integer'],
  ['a set', many('boolean'), 'c: readonly boolean[]', 'c?: SetInput<boolean> | undefined'],
  [
    'a reference that must be there',
    { type: { key: { type: 'uuid', refTable: 'T' } } },
    'c: string',
    'readonly c: Reference;',
  ],
  ['references', many({ type: 'uuid', refTable: 'T' }), 'c: readonly string[]', 'c?: SetInput<Reference> | undefined'],
  [
    'a map',
    many('integer', { type: 'uuid', refTable: 'T' }),
    'c: ReadonlyMap<Integer, string>',
    'c?: MapInput<Integer, Reference> | undefined',
  ],
  [
    'an enum of strings, in order, with quotes',
    { type: { key: { type: 'string', enum: ['set', ["it's", 'b"', 'a']] }, min: 0, max: 1 } },
    `export type TC = 'a' | 'b"' | "it's";`,
    'c?: TC | null | undefined',
  ],
  [
    'an enum of one',
    { type: { key: { type: 'string', enum: 'only' } } },
    `export type TC = 'only';`,
    'c?: TC | undefined',
  ],
  ['an enum of integers', many({ type: 'integer', enum: ['set', [2, 1]] }), 'export type TC = 1 | 2;', 'SetInput<TC>'],
];

for (const [what, column, read, written] of columns) {
  test(`writes ${what}`, (t) => {
    const text = generated({ c: column });
    t.true(text.includes(read), text);
    t.true(text.includes(written), text);
  });
}

test('says in a comment what a type cannot', (t) => {
  const text = generated({
    vlan: { type: { key: { type: 'integer', minInteger: 0, maxInteger: 4095 }, min: 0, max: 8 }, ephemeral: true },
    ports: {
      type: { key: { type: 'uuid', refTable: 'T', refType: 'weak' }, min: 0, max: 'unlimited' },
      mutable: false,
    },
    name: { type: { key: { type: 'string', minLength: 1, maxLength: 15 } } },
    zones: { type: { key: 'string', value: { type: 'integer', maxInteger: 9 }, min: 1, max: 'unlimited' } },
  });
  t.true(text.includes('/** 0 to 4095; at most 8 elements; ephemeral */'), text);
  t.true(text.includes('/** weak reference to T; immutable */'), text);
  t.true(text.includes('/** 1 to 15 characters */'), text);
  t.true(text.includes('/** value: at most 9; at least 1 pairs */'), text);
});

test('a name that is no <id> of RFC 7047 is refused, so that a hostile server writes no code', (t) => {
  const hostile = 'x: string } process.exit(); interface Y {';
  for (const make of [
    () => generated({ [hostile]: { type: 'string' } }),
    () => generated({ c: { type: 'string' } }, hostile),
    () => generated(JSON.parse('{ "__proto__": { "type": "string" } }')),
    () => generate(parseSchema({ name: hostile, tables: {} }), options),
  ]) {
    t.throws(make, { instanceOf: SchemaError, message: /no <id> of RFC 7047/ });
  }
});

test('what a schema and a command say cannot leave the comments and strings they stand in', async (t) => {
  const text = generate(
    parseSchema({
      name: 'Test',
      version: "1'*/ process.exit();\n",
      cksum: '*/ oops',
      tables: {
        T: { columns: { c: { type: { key: { type: 'string', enum: ['set', ["'\\\n", '`x`', '*/']] } } } } },
      },
    }),
    { ...options, command: 'ovskit codegen */ oops \u2028 oops' },
  );
  t.deepEqual((await typecheck({ text })).get('text'), []);
});

const id = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,8}$/);
const atom: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom('integer', 'real', 'boolean', 'string', 'uuid'),
  fc.record({ type: fc.constant('integer'), minInteger: fc.integer(), maxInteger: fc.maxSafeInteger() }),
  fc.record({
    type: fc.constant('string'),
    enum: fc.uniqueArray(fc.string(), { minLength: 2 }).map((values) => ['set', values]),
  }),
  fc.record({ type: fc.constant('uuid'), refTable: id, refType: fc.constantFrom('weak', 'strong') }),
);
const column = fc.record({
  type: fc.oneof(
    atom.filter((each) => typeof each === 'string'),
    fc
      .record({
        key: atom,
        value: fc.option(atom, { nil: undefined }),
        min: fc.constantFrom(0, 1),
        max: fc.constantFrom(1, 3, 'unlimited'),
      })
      .map(({ value, ...rest }) => (value === undefined ? rest : { ...rest, value })),
  ),
  ephemeral: fc.boolean(),
  mutable: fc.boolean(),
});
const schemas = fc.record({
  name: id,
  version: fc.constant('1.0.0'),
  tables: fc.dictionary(id, fc.record({ columns: fc.dictionary(id, column, { minKeys: 1, maxKeys: 6 }) }), {
    minKeys: 1,
    maxKeys: 4,
  }),
});

test('whatever the schema, what is generated compiles', async (t) => {
  t.timeout(60_000);
  const clashing = {
    name: 'class',
    tables: {
      // Names that meet when joined, or that the generated code uses itself.
      A_B: { columns: { c: { type: { key: { type: 'string', enum: 'x' } } } } },
      AB: { columns: { c: { type: { key: { type: 'string', enum: 'x' } } } } },
      A: { columns: { bC: { type: { key: { type: 'string', enum: 'x' } } } } },
      Set: { columns: { input: { type: { key: { type: 'string', enum: 'x' } } } } },
      class: { columns: { class: { type: 'string' } } },
      constructor: { columns: { constructor: { type: 'string' } } },
    },
  };
  const samples = [clashing, ...fc.sample(schemas, 60)];
  const files = Object.fromEntries(
    samples.map((schema, i) => [`schema${i}`, generate(parseSchema(schema), options)] as const),
  );
  for (const [name, errors] of await typecheck(files)) t.deepEqual(errors, [], files[name]);
});
