import test from 'ava';
import { mutate, mutationsOf } from '../../../tools/mutate/mutations.js';
import { pick } from '../../../tools/mutate/sample.js';

const mutants = (source: string) => mutationsOf(source).map((mutation) => mutate(source, mutation));

for (const [source, ...expected] of [
  ['if (a) b;', 'if (!(a)) b;'],
  ['x = a.b() ? 1 : 2;', 'x = !(a.b()) ? 1 : 2;'],
  // Its negation is the other operator: once is enough.
  ['if (a === b) c;', 'if (a !== b) c;'],
  ['x = a < b;', 'x = a <= b;'],
  ['x = (a) >= (b);', 'x = (a) > (b);'],
  ['x = a - 1;', 'x = a + 1;'],
  ['x = a && b;', 'x = a || b;'],
  ['x = true;', 'x = false;'],
  ['f();', ';'],
  ['await f();', ';'],
  ['x = f(1);'],
  ["x = 'a' + b + c;"],
  ['while (a) b = 1;'],
  ['const env_1 = { hasError: false };'],
] as const) {
  test(`${source} gives ${expected.length === 0 ? 'none' : expected.join(' and ')}`, (t) => {
    t.deepEqual(mutants(source), [...expected]);
  });
}

test('each tells its place, from line 1 and column 0', (t) => {
  t.like(mutationsOf('a;\n  f();'), [{ line: 2, column: 2, what: 'call left out' }]);
});

test('a sample is of the size asked for, in order, and the same for the same seed', (t) => {
  const items = Array.from({ length: 100 }, (_, i) => i);
  const sample = pick(items, 10, 1);
  t.is(sample.length, 10);
  t.deepEqual(
    sample,
    [...sample].sort((a, b) => a - b),
  );
  t.deepEqual(pick(items, 10, 1), sample);
  t.notDeepEqual(pick(items, 10, 2), sample);
  t.deepEqual(pick(items, Number.POSITIVE_INFINITY, 1), items);
});
