import test from 'ava';
import { Deadlines } from '../../src/base/deadlines.js';

test('a call ends at its deadline when nothing else happens', async (t) => {
  const ended = await new Promise<string>((resolve) => {
    const later = setTimeout(resolve, 10_000, 'the next thing that happened');
    const call = {
      deadline: performance.now() + 20,
      expire() {
        clearTimeout(later);
        resolve('the deadline');
      },
    };
    new Deadlines(() => [call]).watch(call);
  });
  t.is(ended, 'the deadline');
});
