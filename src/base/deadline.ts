import { setMaxListeners } from 'node:events';
import { AbortedError, InvalidArgumentError, messageOf, TimeoutError } from './errors.js';

/** What every call that waits accepts. */
export interface CallOptions {
  /** Ends the wait with `ERR_ABORTED`. */
  signal?: AbortSignal | undefined;
  /** Milliseconds until the wait ends with `ERR_TIMEOUT`; `0` ends it at once. Each call documents its default. */
  timeout?: number | undefined;
}

/** Of a call's options, what each of the calls that it is made of takes. */
export const waitOptions = ({ signal, timeout }: CallOptions): CallOptions => ({ signal, timeout });

/** The largest delay that Node's timers take; a longer one would fire at once. */
const MAX_DELAY = 2 ** 31 - 1;

/**
 * A promise with its deadline and its signal: whichever comes first settles it, and both are released then. An answer that
 * came in time counts, though a busy event loop gets to it later.
 * One `Waiter` serves one wait. `what` names the wait in the error ("transaction on Open_vSwitch").
 */
export class Waiter<T> {
  readonly promise: Promise<T>;
  #resolve!: (value: T) => void;
  #reject!: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #lastLook: NodeJS.Immediate | undefined;
  #signal: AbortSignal | undefined;
  #onAbort: (() => void) | undefined;
  #onEnd: (() => void) | undefined;
  #settled = false;

  /** @param why what stood in the way until the deadline passed, an error or words, where somebody knows. */
  constructor(what: string, options: CallOptions, defaultTimeout: number, why?: () => unknown) {
    const { signal, timeout = defaultTimeout } = options;
    checkTimeout(timeout);
    checkSignal(signal);
    this.promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (signal?.aborted) {
      this.reject(new AbortedError(`${what}: aborted`, { cause: signal.reason }));
      return;
    }
    if (timeout !== Number.POSITIVE_INFINITY) {
      const expire = () => this.reject(lateError(what, timeout, why?.()));
      const onTimer = () => {
        // Timers come before input in a turn of the event loop.
        this.#lastLook = setImmediate(expire);
      };
      this.#timer = setTimeout(onTimer, Math.min(timeout, MAX_DELAY));
    }
    if (signal) {
      this.#signal = signal;
      this.#onAbort = () => this.reject(new AbortedError(`${what}: aborted`, { cause: signal.reason }));
      // One signal for many calls is how it should be, and no leak to be warned of.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', this.#onAbort, { once: true });
    }
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** Runs `onEnd` once, when the wait ends in whatever way (also at once, when it already has). */
  onEnd(onEnd: () => void): void {
    if (this.#settled) onEnd();
    else this.#onEnd = onEnd;
  }

  resolve(value: T): void {
    if (this.#release()) this.#resolve(value);
  }

  reject(error: unknown): void {
    if (this.#release()) this.#reject(error);
  }

  #release(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#lastLook) clearImmediate(this.#lastLook);
    if (this.#signal && this.#onAbort) this.#signal.removeEventListener('abort', this.#onAbort);
    this.#onEnd?.();
    return true;
  }
}

function lateError(what: string, timeout: number, cause: unknown): TimeoutError {
  const because = cause === undefined ? '' : `; ${messageOf(cause)}`;
  const details = cause instanceof Error ? { cause } : {};
  return new TimeoutError(`${what}: no answer within ${Math.round(timeout)} ms${because}`, details);
}

/** @throws {InvalidArgumentError} when something else than a signal was passed. */
export function checkSignal(signal: unknown): void {
  if (signal === undefined || signal instanceof AbortSignal) return;
  throw new InvalidArgumentError(`signal must be an AbortSignal, not ${typeof signal} ${String(signal)}`);
}

function checkTimeout(timeout: unknown): void {
  if (typeof timeout !== 'number' || Number.isNaN(timeout) || timeout < 0) {
    throw new InvalidArgumentError(`timeout must be a number of milliseconds, 0 or more, not ${String(timeout)}`);
  }
}

/**
 * A signal that fires at the deadline, for what takes nothing but signals.
 *
 * @throws {InvalidArgumentError}
 */
export function deadlineSignal(timeout: number): AbortSignal {
  checkTimeout(timeout);
  return AbortSignal.timeout(Math.min(Math.ceil(timeout), MAX_DELAY));
}

/** What is left of a call's time, for each of the waits that the call is made of. */
export function remaining(options: CallOptions, defaultTimeout: number): () => CallOptions & { timeout: number } {
  const { signal, timeout = defaultTimeout } = options;
  const deadline = performance.now() + timeout;
  return () => ({ signal, timeout: Number.isNaN(timeout) ? timeout : Math.max(0, deadline - performance.now()) });
}
