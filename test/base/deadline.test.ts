import test from 'ava';
import { Waiter } from '../../src/base/deadline.js';

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('what is no signal is refused before a timer runs', (t) => {
  const before = timers();
  for (const signal of [{}, 'now', new AbortController(), null]) {
    t.throws(() => new Waiter('a wait', { signal: signal as AbortSignal, timeout: 60_000 }, 0), {
      code: 'ERR_INVALID_ARGUMENT',
      message: /^signal must be an AbortSignal, not /,
    });
  }
  t.is(timers(), before);
});

test('a deadline tells what stood in the way, where somebody knows', async (t) => {
  const cause = new Error('the road was closed');
  const late = new Waiter('a wait', { timeout: 1 }, 0, () => cause);
  const error = await t.throwsAsync(late.promise, {
    code: 'ERR_TIMEOUT',
    message: 'a wait: no answer within 1 ms; the road was closed',
  });
  t.is(error.cause, cause);
  const plain = await t.throwsAsync(new Waiter('a wait', { timeout: 1 }, 0, () => undefined).promise, {
    message: 'a wait: no answer within 1 ms',
  });
  t.is(plain.cause, undefined);
});
