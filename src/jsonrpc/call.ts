import { setMaxListeners } from 'node:events';
import { type CallOptions, checkSignal } from '../base/deadline.js';
import { AbortedError, InvalidArgumentError, TimeoutError } from '../base/errors.js';
import type { Outgoing } from './outbox.js';

export interface RequestOptions extends CallOptions {
  /** Called when the deadline or the signal ended the wait for a request that had been sent. */
  onAbandoned?: ((id: number) => void) | undefined;
}

/**
 * A request that waits for its reply. Whoever takes it off the list of those that wait settles it, so that it is settled
 * once. Its deadline is kept by `Deadlines`; `giveUp` is told when that or the signal ends the wait.
 */
export class Call implements Outgoing {
  sent = false;
  readonly promise: Promise<unknown>;
  /** When the wait ends, on the clock of `performance.now()`. */
  readonly deadline: number;
  #resolve!: (result: unknown) => void;
  #reject!: (error: unknown) => void;
  #onAbort: (() => void) | undefined;

  constructor(
    readonly id: number,
    readonly what: string,
    public text: string,
    readonly timeout: number,
    readonly options: RequestOptions,
    readonly giveUp: (call: Call, error: AbortedError | TimeoutError) => void,
  ) {
    if (typeof timeout !== 'number' || !(timeout >= 0)) {
      throw new InvalidArgumentError(`timeout must be a number of milliseconds, 0 or more, not ${String(timeout)}`);
    }
    this.deadline = performance.now() + timeout;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    checkSignal(options.signal);
    if (options.signal) this.#heed(options.signal);
  }

  resolve(result: unknown): void {
    if (this.#onAbort) this.#ignoreSignal();
    this.#resolve(result);
  }

  reject(error: unknown): void {
    if (this.#onAbort) this.#ignoreSignal();
    this.#reject(error);
  }

  expire(): void {
    this.giveUp(this, new TimeoutError(`${this.what}: no reply within ${Math.round(this.timeout)} ms`));
  }

  #heed(signal: AbortSignal): void {
    if (signal.aborted) throw this.#aborted(signal);
    this.#onAbort = () => this.giveUp(this, this.#aborted(signal));
    // One signal for many calls is how it should be, and no leak to be warned of.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  #ignoreSignal(): void {
    this.options.signal?.removeEventListener('abort', this.#onAbort!);
  }

  #aborted(signal: AbortSignal): AbortedError {
    return new AbortedError(`${this.what}: aborted`, { cause: signal.reason });
  }
}
