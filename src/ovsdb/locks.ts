import { type CallOptions, Waiter } from '../base/deadline.js';
import type { Session } from '../jsonrpc/index.js';

/** What a lock needs of the client. */
export interface LockOwner {
  ready(): Promise<Session>;
  forget(lock: Lock): void;
}

/**
 * A lock of the server's (RFC 7047, sections 4.1.8 to 4.1.10), wanted until it is released. It is asked for again after
 * a reconnect, and may be lost at any time: to another client's `steal`, or with the connection. Transactions that must not
 * run without it say so with `transact(..., { lock })`, which adds an `assert`.
 */
export class Lock implements AsyncDisposable {
  readonly name: string;
  readonly #owner: LockOwner;
  readonly #waiters = new Set<Waiter<void>>();
  #held = false;
  #released = false;
  /** Grows when the lock is lost: a reply that is read later than that is old news. */
  #losses = 0;

  constructor(name: string, owner: LockOwner) {
    this.name = name;
    this.#owner = owner;
  }

  /** Whether the lock is ours, as far as the server has told. */
  get held(): boolean {
    return this.#held;
  }

  /** Waits until the lock is ours. @param options `timeout` in milliseconds; without one it waits as long as it takes. */
  acquired(options: CallOptions = {}): Promise<void> {
    const waiter = new Waiter<void>(`waiting for lock ${this.name}`, options, Number.POSITIVE_INFINITY);
    this.#waiters.add(waiter);
    waiter.onEnd(() => this.#waiters.delete(waiter));
    if (this.#held) waiter.resolve();
    return waiter.promise;
  }

  /** Asks the server for the lock; for the client, on a fresh session. */
  async request(session: Session, method: 'lock' | 'steal'): Promise<void> {
    this.lose();
    const losses = this.#losses;
    const { locked } = (await session.request(method, [this.name])) as { locked: boolean };
    if (locked && losses === this.#losses) this.grant();
  }

  /** The server gave it to us. */
  grant(): void {
    this.#held = true;
    for (const waiter of [...this.#waiters]) waiter.resolve();
  }

  /** The server took it away, or is gone. */
  lose(): void {
    this.#held = false;
    this.#losses++;
  }

  /** Ends every wait; for the client, when it is closed. */
  end(error: unknown): void {
    this.#held = false;
    for (const waiter of [...this.#waiters]) waiter.reject(error);
  }

  /** Gives the lock back, or stops waiting for it. Equivalent to `ovsdb-client unlock`. */
  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    this.#owner.forget(this);
    this.#held = false;
    const session = await this.#owner.ready();
    await session.request('unlock', [this.name]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}
