import { type CallOptions, Waiter } from '../base/deadline.js';
import type { OvskitError } from '../base/errors.js';
import { checkCall } from '../base/options.js';
import { ConnectionLostError, type Session } from '../jsonrpc/index.js';
import { OvsdbError } from './errors.js';
import { checkSendable } from './values.js';

/**
 * A lock of the server's (RFC 7047, sections 4.1.8 to 4.1.10), wanted until it is released. It is asked for again after
 * a reconnect, and may be lost at any time: to another client's `steal`, upon which we are the next in line, or with the
 * connection. Transactions that must not
 * run without it say so with `transact(..., { lock })`, which adds an `assert`.
 */
export class Lock implements AsyncDisposable {
  readonly name: string;
  readonly #forget: () => void;
  readonly #waiters = new Set<Waiter<void>>();
  #held = false;
  #released = false;
  /** Where it was asked for last. */
  #session: Session | undefined;
  #ended: OvskitError | undefined;
  /** Grows when the lock is lost: a reply that is read later than that is old news. */
  #losses = 0;

  /** Programs call `client.lock()` instead. */
  constructor(name: string, forget: () => void) {
    this.name = checkSendable(name, () => 'the name of a lock');
    this.#forget = forget;
  }

  /** Whether the lock is ours, as far as the server has told. */
  get held(): boolean {
    return this.#held;
  }

  /** Waits until the lock is ours. @param options `timeout` in milliseconds; without one it waits as long as it takes. */
  async acquired(options: CallOptions = {}): Promise<void> {
    checkCall('acquired', options);
    const waiter = new Waiter<void>(`waiting for lock ${this.name}`, options, Number.POSITIVE_INFINITY);
    this.#waiters.add(waiter);
    waiter.onEnd(() => this.#waiters.delete(waiter));
    if (this.#held) waiter.resolve();
    else if (this.#ended) waiter.reject(this.#ended);
    return waiter.promise;
  }

  /** Whether it was asked for on this session; for the client alone. */
  isAskedFor(session: Session): boolean {
    return this.#session === session;
  }

  /** Asks the server for the lock, as the first on its session or once more; for the client alone. */
  async request(session: Session, method: 'lock' | 'steal', options: CallOptions = {}): Promise<void> {
    // The server takes no second request for a lock while the first stands.
    if (this.#session === session) await session.request('unlock', [this.name], options);
    this.#session = session;
    this.lose();
    const losses = this.#losses;
    const { locked } = (await session.request(method, [this.name], options)) as { locked: boolean };
    if (locked && losses === this.#losses) this.grant();
  }

  /** The server gave it to us. */
  grant(): void {
    if (this.#released) return;
    this.#held = true;
    for (const waiter of [...this.#waiters]) waiter.resolve();
  }

  /** The server took it away, or is gone. */
  lose(): void {
    this.#held = false;
    this.#losses++;
  }

  /** Ends every wait; for the client, when it is closed. */
  end(error: OvskitError): void {
    this.#held = false;
    this.#ended ??= error;
    for (const waiter of [...this.#waiters]) waiter.reject(error);
  }

  /** Gives the lock back, or stops waiting for it. Equivalent to `ovsdb-client unlock`. */
  async release(options: CallOptions = {}): Promise<void> {
    checkCall('release', options);
    if (this.#released) return;
    this.#released = true;
    this.#forget();
    this.end(new OvsdbError('ERR_OVSDB_CLOSED', `lock ${this.name} was released`));
    try {
      // With its session the server has dropped the lock by itself.
      if (this.#session && !this.#session.ended) await this.#session.request('unlock', [this.name], options);
    } catch (error) {
      if (!(error instanceof ConnectionLostError)) throw error;
    }
  }

  /** For `await using`: ends as `close` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}
