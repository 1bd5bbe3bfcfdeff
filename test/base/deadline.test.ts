import test from 'ava';
import { Waiter } from '../../src/base/deadline.js';
import { Deadlines, type Expiring } from '../../src/base/deadlines.js';
import { block, withConnection } from '../support/blocked-loop.js';

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

test('an answer that came while the event loop was blocked is in time', async (t) => {
  const { near, far } = await withConnection(t);
  const waiter = new Waiter<string>('a wait', { timeout: 20 }, 0);
  near.once('data', (text) => waiter.resolve(String(text)));
  far.write('answer');
  block(60);
  t.is(await waiter.promise, 'answer');
});

test('so it is for calls that share a timer, and those without an answer are late', async (t) => {
  const { near, far } = await withConnection(t);
  const ended: string[] = [];
  const calls = new Map<string, Expiring>();
  const deadlines = new Deadlines(() => calls.values());
  const late = new Promise<void>((resolve) => {
    for (const name of ['answered', 'late']) {
      const expire = () => {
        ended.push(name);
        resolve();
      };
      calls.set(name, { deadline: performance.now() + 20, expire });
      deadlines.watch(calls.get(name) as Expiring);
    }
  });
  near.once('data', (name) => calls.delete(String(name)));
  far.write('answered');
  block(60);
  await late;
  t.deepEqual(ended, ['late']);
});
