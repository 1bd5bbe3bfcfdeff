import { type CallOptions, Waiter } from '../base/deadline.js';
import { InvalidArgumentError, TimeoutError } from '../base/errors.js';
import type { Outgoing } from './outbox.js';

/** A request that waits for its reply. Its deadline is kept by `Deadlines`. */
export class Call extends Waiter<unknown> implements Outgoing {
  sent = false;
  /** When the wait ends, on the clock of `performance.now()`. */
  readonly deadline: number;
  readonly #timeout: number;

  constructor(
    readonly what: string,
    public text: string,
    options: CallOptions,
    defaultTimeout: number,
  ) {
    const timeout = options.timeout ?? defaultTimeout;
    if (typeof timeout !== 'number' || !(timeout >= 0)) {
      throw new InvalidArgumentError(`timeout must be a number of milliseconds, 0 or more, not ${String(timeout)}`);
    }
    super(what, { signal: options.signal }, Number.POSITIVE_INFINITY);
    this.#timeout = timeout;
    this.deadline = performance.now() + timeout;
  }

  expire(): void {
    this.reject(new TimeoutError(`${this.what}: no reply within ${this.#timeout} ms`));
  }
}
