/**
 * The life of a connection, as a pure state machine: events and the time go in, a state and an order come out. No socket
 * and no timer is in here, so that every path can be tested in no time.
 *
 * ```
 *              start                connected              accepted
 *   stopped ─────────▶ connecting ───────────▶ checking ─────────────▶ ready
 *                       ▲      │ failed,          │ refused,             │ lost,
 *              deadline │      ▼ deadline         ▼ failed, deadline     ▼ refused
 *                      backoff ◀────────────────────────────────────────┘
 * ```
 *
 * A round tries every remote once without a pause in between; then the machine backs off, exponentially and with jitter,
 * so that a thousand clients of a server that restarts don't come back in the same instant. A connection that was ready for
 * longer than the pause before it earns a fresh start.
 */

export interface MachineOptions {
  /** Milliseconds to open the byte stream to a remote; `Infinity` for one that is waited for. */
  readonly connectTimeout: (remote: string) => number;
  /** Milliseconds from there until the first dumps are in. */
  readonly checkTimeout: number;
  /** The first pause and the longest, in milliseconds. */
  readonly minBackoff: number;
  readonly maxBackoff: number;
  /** In random order, so that clients spread over the servers of a cluster. */
  readonly shuffle: boolean;
}

/** Where a connection is on its way. */
export type ConnectionState = 'stopped' | 'backoff' | 'connecting' | 'checking' | 'ready' | 'closed';

export type MachineEvent =
  | { readonly event: 'start' }
  /** The byte stream is open. */
  | { readonly event: 'connected' }
  /** The server is one to stay with, and the first dumps are in. */
  | { readonly event: 'accepted' }
  /** The server works, but is not one to stay with: not the leader, stale, cut off from its cluster. */
  | { readonly event: 'refused' }
  /** The attempt failed, or the connection was lost. */
  | { readonly event: 'failed' }
  | { readonly event: 'tick' }
  | { readonly event: 'close' };

/** What the machine's owner is to do now. */
export type Order =
  | { readonly order: 'open'; readonly remote: string }
  /** Drop the stream and whatever hangs on it; `late` says that a deadline passed. */
  | { readonly order: 'drop'; readonly late: boolean }
  | undefined;

export class ConnectionMachine {
  readonly #options: MachineOptions;
  readonly #random: () => number;
  #remotes: string[];
  #state: ConnectionState = 'stopped';
  #remote: string | undefined;
  /** Remotes still to try in this round. */
  #round: string[] = [];
  #deadline: number | undefined;
  #backoff = 0;
  #readySince = 0;

  /** @param remotes one at least. @param random a number from 0 up to 1, for jitter and shuffling. */
  constructor(remotes: readonly string[], options: MachineOptions, random: () => number = Math.random) {
    this.#options = options;
    this.#random = random;
    this.#remotes = [...remotes];
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The remote that is tried or used; `undefined` between attempts. */
  get remote(): string | undefined {
    return this.#remote;
  }

  get remotes(): readonly string[] {
    return this.#remotes;
  }

  /** Whether every remote has had its turn since the last pause. */
  get roundIsOver(): boolean {
    return this.#round.length === 0;
  }

  /** When to send a `tick`, on the clock that `now` comes from. */
  get deadline(): number | undefined {
    return this.#deadline;
  }

  /**
   * Changes the remotes while running. A connection to one that is no longer named is dropped; otherwise the new ones have
   * their turn, without a pause, when the present attempt has failed.
   */
  setRemotes(remotes: readonly string[], now: number): Order {
    this.#remotes = [...remotes];
    const current = this.#remote;
    const dropped = current !== undefined && !remotes.includes(current);
    const started = this.#state !== 'stopped' && this.#state !== 'closed';
    if (started && (this.#state !== 'ready' || dropped)) {
      this.#round = this.#order().filter((remote) => remote !== current);
    }
    if (this.#state === 'backoff') this.#deadline = now;
    return dropped ? this.#retreat(now, false) : undefined;
  }

  /** Takes an event in. Events that mean nothing in the present state are ignored: they are late news. */
  on({ event }: MachineEvent, now: number): Order {
    if (event === 'close') return this.#close();
    switch (this.#state) {
      case 'stopped':
        return event === 'start' ? this.#open(now) : undefined;
      case 'backoff':
        return event === 'tick' && this.#due(now) ? this.#open(now) : undefined;
      case 'connecting':
        if (event === 'connected') return this.#enter('checking', now + this.#options.checkTimeout);
        break;
      case 'checking':
        if (event === 'accepted') {
          this.#readySince = now;
          return this.#enter('ready', undefined);
        }
        break;
      case 'ready':
        if (event === 'failed' || event === 'refused') return this.#leaveReady(now);
        return undefined;
      case 'closed':
        return undefined;
    }
    if (event === 'failed' || event === 'refused') return this.#retreat(now, false);
    if (event === 'tick' && this.#due(now)) return this.#retreat(now, true);
    return undefined;
  }

  #due(now: number): boolean {
    return this.#deadline !== undefined && now >= this.#deadline;
  }

  #enter(state: ConnectionState, deadline: number | undefined): undefined {
    this.#state = state;
    this.#deadline = deadline;
  }

  #open(now: number): Order {
    if (this.#round.length === 0) this.#round = this.#order();
    const remote = this.#round.shift() as string;
    this.#remote = remote;
    this.#enter('connecting', now + this.#options.connectTimeout(remote));
    return { order: 'open', remote };
  }

  #leaveReady(now: number): Order {
    // A server that accepts and drops us at once must not be asked again and again without a pause.
    if (now - this.#readySince < Math.max(this.#options.minBackoff, this.#backoff)) {
      this.#round = [];
      return this.#retreat(now, false);
    }
    this.#backoff = 0;
    // Another server, where there is one, before the one just lost.
    const order = this.#order();
    const lost = this.#remote;
    this.#round = [...order.filter((remote) => remote !== lost), ...order.filter((remote) => remote === lost)];
    return this.#retreat(now, false);
  }

  /** Gives the attempt up; the next one follows at once while the round lasts, and after a pause when it is over. */
  #retreat(now: number, late: boolean): Order {
    this.#remote = undefined;
    this.#enter('backoff', now + this.#pause());
    return { order: 'drop', late };
  }

  /** Milliseconds until the next attempt. */
  #pause(): number {
    if (this.#round.length > 0) return 0;
    const { minBackoff, maxBackoff } = this.#options;
    this.#backoff = Math.min(maxBackoff, Math.max(minBackoff, this.#backoff * 2));
    return this.#backoff * (0.5 + this.#random() / 2);
  }

  /** The order in which a round tries the remotes. */
  #order(): string[] {
    const order = [...this.#remotes];
    if (!this.#options.shuffle) return order;
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(this.#random() * (i + 1));
      [order[i], order[j]] = [order[j] as string, order[i] as string];
    }
    return order;
  }

  #close(): Order {
    const open = this.#remote !== undefined;
    this.#remote = undefined;
    this.#enter('closed', undefined);
    return open ? { order: 'drop', late: false } : undefined;
  }
}
