import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { Turns } from '../../src/vif/turns.js';

/** Calls that are logged when they begin, and end when they are told to. */
class Calls {
  readonly begun: string[] = [];
  readonly #turns = new Turns();
  readonly #ends = new Map<string, () => void>();

  take(name: string, devices: string[], timeout?: number): Promise<void> {
    return this.#turns.take(devices, { timeout }, () => {
      this.begun.push(name);
      return new Promise((resolve) => this.#ends.set(name, resolve));
    });
  }

  async end(name: string): Promise<void> {
    this.#ends.get(name)?.();
    await nextTurn();
  }

  all(): Promise<void> {
    return this.#turns.end();
  }
}

test('a call waits for those before it on any of its devices', async (t) => {
  const calls = new Calls();
  const all = [
    calls.take('a', ['tap1']),
    calls.take('b', ['tap2']),
    calls.take('both', ['tap1', 'tap2']),
    calls.take('after', ['tap2']),
  ];
  await calls.end('a');
  t.deepEqual(calls.begun, ['a', 'b']);
  await calls.end('b');
  t.deepEqual(calls.begun, ['a', 'b', 'both']);
  await calls.end('both');
  t.deepEqual(calls.begun, ['a', 'b', 'both', 'after']);
  await calls.end('after');
  await calls.all();
  await Promise.all(all);
});

test('one that gives up lets nobody come before those that it waited for', async (t) => {
  const calls = new Calls();
  const first = calls.take('first', ['tap1']);
  await t.throwsAsync(calls.take('second', ['tap1', 'tap2'], 0), {
    code: 'ERR_TIMEOUT',
    message: /^waiting for the call before on tap1, tap2: /,
  });
  const third = calls.take('third', ['tap1']);
  await nextTurn();
  t.deepEqual(calls.begun, ['first']);
  await calls.end('first');
  t.deepEqual(calls.begun, ['first', 'third']);
  await calls.end('third');
  await Promise.all([first, third]);
});
