import test from 'ava';
import { tapCounter } from '../../tools/vm/suite.js';

test('tests are counted by what TAP says of them', (t) => {
  const tap = tapCounter();
  for (const line of [
    'TAP version 13',
    'ok 1 - one',
    '  ok 9 - inside a diagnostic',
    'not ok 2 - two',
    'ok 3 - three # SKIP',
    'not ok 4 - four # TODO later',
    'ok 5 - five is # 5',
    '1..5',
    '# pass 2',
  ]) {
    tap.line(line);
  }
  t.deepEqual(tap.counts, { passed: 2, failed: 1, skipped: 2 });
});
