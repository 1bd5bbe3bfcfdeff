import test from 'ava';
import { Deadlines } from '../../src/base/deadlines.js';

/** Milliseconds until something else wakes the event loop. */
const NEXT = 10_000;

test('a call ends at its deadline when nothing else happens', async (t) => {
  const started = performance.now();
  await new Promise<void>((resolve) => {
    const later = setTimeout(() => {}, NEXT);
    const call = {
      deadline: started + 20,
      expire() {
        clearTimeout(later);
        resolve();
      },
    };
    new Deadlines(() => [call]).watch(call);
  });
  t.true(performance.now() - started < NEXT / 2);
});
