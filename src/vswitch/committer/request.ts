import { setMaxListeners } from 'node:events';
import type { CallOptions } from '../../base/deadline.js';
import type { Expiring } from '../../base/deadlines.js';
import { AbortedError, InvalidArgumentError, TimeoutError } from '../../base/errors.js';
import { CommitOutcomeUnknownError } from '../../ovsdb/index.js';
import type { SwitchTransaction } from '../transaction.js';

/** What a committed change can be followed by. */
export interface Committed {
  /** The value of `Open_vSwitch.next_cfg` that the change set; `undefined` when there was nothing to change. */
  readonly nextCfg: number | undefined;
}

export type Build = (tx: SwitchTransaction) => void;

/** A change that somebody asked for: it waits, is sent, and is settled once. */
export class Request implements Expiring {
  readonly promise: Promise<Committed>;
  readonly deadline: number;
  /** Its transaction is under way: what it comes to can no longer be prevented. Alone, the client heeds its deadline. */
  sent: 'alone' | 'joined' | undefined;
  /** What its transaction failed with last, though it is tried again. */
  setback: unknown;
  /** How often its transaction has failed for what others did. */
  attempts = 0;
  /** How often a row that it works on was not there. */
  misses = 0;
  /** Whether it changes anything, as it was built last. */
  changes = false;
  /** What its function threw, as it was built last on changes that may yet fail. */
  failure: { readonly error: unknown } | undefined;
  readonly #onEnd: (request: Request) => void;
  #resolve!: (committed: Committed) => void;
  #reject!: (error: unknown) => void;
  #onAbort: (() => void) | undefined;
  #settled = false;

  /**
   * @param options whose kinds have been checked
   * @param onEnd is told when it is settled, in whatever way
   */
  constructor(
    readonly build: Build,
    readonly options: CallOptions,
    readonly timeout: number,
    onEnd: (request: Request) => void,
  ) {
    if (typeof build !== 'function') {
      throw new InvalidArgumentError(`a transaction is built by a function, not ${typeof build} ${String(build)}`);
    }
    const { signal } = options;
    this.deadline = performance.now() + timeout;
    this.#onEnd = onEnd;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (!signal) return;
    if (signal.aborted) throw aborted(signal);
    this.#onAbort = () => this.#giveUp(aborted(signal));
    // One signal for many calls is how it should be, and no leak to be warned of.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  get settled(): boolean {
    return this.#settled;
  }

  resolve(committed: Committed): void {
    if (this.#end()) this.#resolve(committed);
  }

  reject(error: unknown): void {
    if (this.#end()) this.#reject(error);
  }

  /** Waits once more, unless it was given up while only its transaction could tell what it came to. */
  resume(): void {
    const { signal } = this.options;
    if (signal?.aborted) this.#giveUp(aborted(signal));
    else if (this.deadline <= performance.now()) this.expire();
  }

  expire(): void {
    this.#giveUp(
      new TimeoutError(`the change was not committed within ${Math.round(this.timeout)} ms`, { cause: this.setback }),
    );
  }

  #giveUp(cause: AbortedError | TimeoutError): void {
    if (this.sent === 'alone') return;
    const late = 'the change was sent, but not answered; it may have been committed or not';
    this.reject(this.sent ? new CommitOutcomeUnknownError(late, { cause }) : cause);
  }

  #end(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    if (this.#onAbort) this.options.signal?.removeEventListener('abort', this.#onAbort);
    this.#onEnd(this);
    return true;
  }
}

function aborted(signal: AbortSignal): AbortedError {
  return new AbortedError('the change was aborted', { cause: signal.reason });
}
