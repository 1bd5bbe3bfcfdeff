import test from 'ava';
import fc from 'fast-check';
import { parse as parseLossless } from 'lossless-json';
import { InvalidArgumentError } from '../../src/base/errors.js';
import { parse, stringify } from '../../src/jsonrpc/index.js';

const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);

test('integers of 64 bits survive both ways in every position', (t) => {
  const edges = [2n ** 53n, -(2n ** 53n), 2n ** 53n + 1n, MAX, MIN, MAX - 1n, MIN + 1n, 10n ** 16n, 10n ** 18n];
  for (const value of edges) {
    for (const holder of [
      [value],
      { a: value },
      [[['k', value]]],
      [1, value, 'x'],
      { a: { b: [value, value] } },
      value,
    ]) {
      t.deepEqual(parse(stringify(holder)), holder);
    }
  }
});

test('an integer is a number as far as numbers are exact, and a bigint beyond', (t) => {
  t.is(parse('9007199254740991'), 9007199254740991);
  t.is(parse('9007199254740992'), 9007199254740992n);
  t.is(parse(' -9007199254740992 '), -9007199254740992n);
  t.deepEqual(parse('[9223372036854775807,\n 9223372036854775807 ]'), [MAX, MAX]);
  t.is(parse('9223372036854775808'), 2 ** 63, 'beyond 64 bits: as ovsdb-server reads it');
  t.is(parse('1'.repeat(40)), Number('1'.repeat(40)));
  t.is(parse('12345678901234567.5'), Number('12345678901234567.5'));
  t.is(parse('12345678901234567e3'), Number('12345678901234567e3'));
  t.is(parse('0.12345678901234567'), Number('0.12345678901234567'));
});

test('a string of digits stays a string, beside a long integer too', (t) => {
  const value = {
    id: '00001234567890123456',
    'a:12345678901234567': ['12345678901234567', ',12345678901234567', '\\"12345678901234567', 2n ** 60n],
  };
  t.deepEqual(parse(stringify(value)), value);
});

test('a member named __proto__ is a member and nothing else', (t) => {
  for (const number of ['1', '12345678901234567890', '1234567890123456789']) {
    const value = parse(`{"__proto__":{"x":${number}},"a":[{"__proto__":${number}}]}`) as Record<string, unknown>;
    t.true(Object.hasOwn(value, '__proto__'));
    t.is(Object.getPrototypeOf(value), Object.prototype);
    t.is(({} as Record<string, unknown>).x, undefined);
    const [inner] = value.a as [object];
    t.deepEqual(Object.values(inner), [parse(number)]);
  }
});

const integer64 = fc.bigInt({ min: MIN, max: MAX }).map((n) => (Number.isSafeInteger(Number(n)) ? Number(n) : n));
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    integer64,
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^[-",:{}[\]\d\\ ]{0,40}$/),
    fc.constantFrom(null, true, false, 2n ** 53n, -(2n ** 53n), MAX, MIN),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (n === 0 || Number.isInteger(n) ? 0.5 : n)),
    fc.array(tie('value')),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('value')),
  ),
}));

test('what is written is read back the same', (t) => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const read = parse(stringify(value));
      t.deepEqual(stringify(read), stringify(value));
      t.deepEqual(
        read,
        parseLossless(stringify(value), undefined, (text) => parse(text)),
      );
    }),
    { numRuns: 1000 },
  );
});

test('what JSON.parse refuses is refused, long integers or not', (t) => {
  const piece = fc.constantFrom(
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    '"',
    '"a"',
    '-',
    '.',
    'e',
    '0',
    '1',
    ' ',
    '12345678901234567',
    '-9223372036854775808',
    'null',
    '\\',
  );
  const accepts = (read: (text: string) => unknown, text: string) => {
    try {
      read(text);
      return true;
    } catch (error) {
      t.true(error instanceof SyntaxError);
      return false;
    }
  };
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      t.is(
        accepts((x) => parse(x, true), text),
        accepts(JSON.parse, text),
        text,
      );
    }),
    { numRuns: 20_000 },
  );
  for (const text of [
    '{12345678901234567:1}',
    '{"a":1,12345678901234567 :1}',
    '[012345678901234567]',
    '[--12345678901234567]',
  ]) {
    t.throws(() => parse(text), { instanceOf: SyntaxError }, text);
  }
});

test('what JSON can not hold is refused by name', (t) => {
  const loop: unknown[] = [1n];
  loop.push(loop);
  for (const value of [loop, [loop], undefined, () => 1]) {
    t.throws(() => stringify(value), { instanceOf: InvalidArgumentError, message: /can't be written as JSON/ });
  }
});
