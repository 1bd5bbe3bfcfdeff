import test from 'ava';
import { deal } from '../../tools/vm/suite.js';
import { TapMerger } from '../../tools/vm/tap.js';

test('streams side by side become one: tests whole, numbered through, and counted', (t) => {
  const written: string[] = [];
  const tap = new TapMerger((line) => written.push(line));
  const a = tap.source();
  const b = tap.source();
  for (const line of ['TAP version 13', 'not ok 1 - a1', '  ---', '    ok 9 - quoted']) a.line(line);
  for (const line of ['TAP version 13', '# said by b', 'ok 1 - b1 # SKIP', 'ok 2 - b2 is # 5', '1..2', '# pass 1'])
    b.line(line);
  for (const line of ['  ...', 'not ok 2 - a2 # TODO later', '1..2', '']) a.line(line);
  a.end();
  b.end();
  tap.fail('gone');
  tap.end();
  t.deepEqual(written, [
    'TAP version 13',
    '# said by b',
    'ok 1 - b1 # SKIP',
    'ok 2 - b2 is # 5',
    'not ok 3 - a1',
    '  ---',
    '    ok 9 - quoted',
    '  ...',
    'not ok 4 - a2 # TODO later',
    'not ok 5 - gone',
    '1..5',
  ]);
  t.deepEqual(tap.counts, { passed: 1, failed: 2, skipped: 2 });
});

test('files are dealt out evenly, and no guest is left without one', (t) => {
  t.deepEqual(deal([1, 2, 3, 4, 5], 2), [
    [1, 3, 5],
    [2, 4],
  ]);
  t.deepEqual(deal([1], 8), [[1]]);
  t.deepEqual(deal([], 8), []);
});
