import { channel } from 'node:diagnostics_channel';
import { performance } from 'node:perf_hooks';
import { type CallOptions, Waiter } from '../../base/deadline.js';
import { messageOf, OvskitError, TimeoutError } from '../../base/errors.js';
import { type Limits, Session } from '../../jsonrpc/index.js';
import { ConnectError, OvsdbError, ServerRefusedError } from '../errors.js';
import { defaultProbeInterval, isPassive, parseRemote, parseRemotes } from '../remote.js';
import { openRemote } from '../stream/open.js';
import { type TlsOptions, tlsError } from '../stream/tls.js';
import { numberRows } from '../updates.js';
import { ConnectionMachine, type ConnectionState, type MachineEvent, type Order } from './machine.js';

/** How a client connects, and stays connected. Times are in milliseconds. */
export interface ConnectionOptions {
  /** To open the byte stream of one remote; 10 000 by default. An only remote that is passive is waited for without end. */
  readonly connectTimeout?: number | undefined;
  /** From there until the first dumps are in; 120 000 by default. */
  readonly dumpTimeout?: number | undefined;
  /** The first pause between rounds over the remotes; 1 000 by default. It doubles up to `maxBackoff`. */
  readonly minBackoff?: number | undefined;
  /** The longest pause; 8 000 by default. */
  readonly maxBackoff?: number | undefined;
  /** Tries the remotes in random order. By default in the order given. */
  readonly shuffle?: boolean | undefined;
  /**
   * Silence after which the server is probed by an echo, and given up after as much again; 0 never. By default 5 000, and on a Unix
   * socket 0.
   */
  readonly probeInterval?: number | undefined;
  /** Goes on trying when the first round over the remotes fails. By default `connect` fails then. */
  readonly retry?: boolean | undefined;
  /** Connects again when the connection is lost, as it does by default. */
  readonly reconnect?: boolean | undefined;
  readonly tls?: TlsOptions | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

/** What is told of each change of state, also on the diagnostics channel `ovskit:connection`. */
export interface ConnectionEvent {
  readonly state: ConnectionState;
  readonly remote: string | undefined;
  /** Why the state was left that was left by a failure. */
  readonly error: Error | undefined;
}

/** What the connection's owner does with a session. */
export interface SessionOwner {
  /** Makes a fresh session fit for use. A {@link ServerRefusedError} makes the connection move on to another server. */
  prepare(session: Session): Promise<void>;
  onNotification(session: Session, method: string, params: unknown[]): void;
  onState(event: ConnectionEvent): void;
}

const connections = channel('ovskit:connection');

/** Runs the state machine on real sockets and timers. */
export class Connection {
  readonly #machine: ConnectionMachine;
  readonly #options: ConnectionOptions;
  readonly #owner: SessionOwner;
  readonly #waiters = new Set<Waiter<Session>>();
  /** Settles, never rejects, when the connection has ended for good; with the error, unless `close` ended it. */
  readonly closed: Promise<OvskitError | undefined>;
  #resolveClosed!: (error: OvskitError | undefined) => void;
  #attempt: AbortController | undefined;
  #attemptRemote = '';
  #session: Session | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wasReady = false;
  /** What each remote of the present round answered. */
  #failures = new Map<string, Error>();
  /** Why there is no connection, when there has been a try. */
  #lastFailure: Error | undefined;
  /** Attempts and sessions that have yet to let go of their sockets. */
  readonly #ending = new Set<Promise<unknown>>();
  #told: ConnectionEvent = { state: 'stopped', remote: undefined, error: undefined };
  #end: OvskitError | undefined;

  constructor(remotes: string | readonly string[], options: ConnectionOptions, owner: SessionOwner) {
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    const list = parseRemotes(remotes);
    this.#options = options;
    this.#owner = owner;
    const { connectTimeout = 10_000, dumpTimeout = 120_000, minBackoff = 1000, maxBackoff = 8000 } = options;
    this.#machine = new ConnectionMachine(
      list.map(({ text }) => text),
      {
        // While it listens for one remote it can't try the next, so that only an only one gets all the time it takes.
        connectTimeout: (remote) =>
          this.#machine.remotes.length === 1 && isPassive(parseRemote(remote))
            ? Number.POSITIVE_INFINITY
            : connectTimeout,
        checkTimeout: dumpTimeout,
        minBackoff,
        maxBackoff,
        shuffle: options.shuffle ?? false,
      },
    );
  }

  get state(): ConnectionState {
    return this.#machine.state;
  }

  get remote(): string | undefined {
    return this.#machine.remote;
  }

  start(): void {
    this.#step({ event: 'start' });
  }

  /** The session, if it is ready now. */
  get current(): Session | undefined {
    return this.#machine.state === 'ready' && !this.#session?.ended ? this.#session : undefined;
  }

  /** The session, once it is ready. */
  ready(options: CallOptions, timeout: number): Promise<Session> {
    const { current } = this;
    if (current) return Promise.resolve(current);
    const what = `waiting for a connection to ${this.#describe()}`;
    const waiter = new Waiter<Session>(what, options, timeout, () => this.#lastFailure);
    this.#waiters.add(waiter);
    waiter.onEnd(() => this.#waiters.delete(waiter));
    if (this.#end || this.#machine.state === 'closed') waiter.reject(this.#end ?? closedError(this.#describe()));
    return waiter.promise;
  }

  /** Leaves the server for another, or for the same one later. */
  leave(reason: Error): void {
    this.#failed(reason);
  }

  setRemotes(remotes: string | readonly string[]): void {
    const texts = parseRemotes(remotes).map(({ text }) => text);
    this.#obey(this.#machine.setRemotes(texts, performance.now()), undefined);
  }

  async close(): Promise<void> {
    this.#finish(undefined);
    await Promise.all(this.#ending);
  }

  #describe(): string {
    return this.#machine.remotes.join(',');
  }

  #finish(error: OvskitError | undefined): void {
    if (this.#machine.state === 'closed') return;
    this.#end = error;
    this.#step({ event: 'close' }, error);
    for (const waiter of [...this.#waiters]) waiter.reject(error ?? closedError(this.#describe()));
    this.#resolveClosed(error);
  }

  #step(event: MachineEvent, error?: Error): void {
    this.#obey(this.#machine.on(event, performance.now()), error);
  }

  #obey(order: Order, error: Error | undefined): void {
    const reason = order?.order === 'drop' && order.late ? this.#lateError() : error;
    if (order?.order === 'drop') this.#drop(reason);
    if (order?.order === 'open') this.#release(this.#try(order.remote));
    clearTimeout(this.#timer);
    const { deadline } = this.#machine;
    if (deadline !== undefined && deadline !== Number.POSITIVE_INFINITY) {
      this.#timer = setTimeout(
        () => this.#step({ event: 'tick' }),
        Math.max(0, Math.ceil(deadline - performance.now())),
      );
    }
    // Last, for whoever listens may close the connection or change its remotes.
    this.#tell(reason);
    if (this.#givesUp()) this.#finish(this.#roundError());
  }

  #release(ending: Promise<unknown>): void {
    const ended: Promise<unknown> = ending.then(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  /** Whether the state reached is one that the options say not to go on from. */
  #givesUp(): boolean {
    if (this.#machine.state !== 'backoff') return false;
    if (this.#wasReady) return this.#options.reconnect === false;
    return this.#options.retry !== true && this.#machine.roundIsOver;
  }

  #tell(error: Error | undefined): void {
    const { state, remote } = this.#machine;
    if (state === this.#told.state && remote === this.#told.remote) return;
    const event: ConnectionEvent = { state, remote, error };
    this.#told = event;
    this.#owner.onState(event);
    if (connections.hasSubscribers) connections.publish({ ...event, remotes: this.#machine.remotes });
  }

  #drop(reason: Error | undefined): void {
    if (reason && this.#attempt) this.#failures.set(this.#attemptRemote, reason);
    this.#lastFailure = reason ?? this.#lastFailure;
    this.#attempt?.abort(reason);
    this.#attempt = undefined;
    const session = this.#session;
    this.#session = undefined;
    if (session) this.#release(session.close());
  }

  async #try(remote: string): Promise<void> {
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#attemptRemote = remote;
    const current = () => this.#attempt === attempt;
    try {
      const parsed = parseRemote(remote);
      const stream = await openRemote(parsed, {
        signal: attempt.signal,
        timeout: Number.POSITIVE_INFINITY,
        tls: this.#options.tls,
      });
      if (!current()) {
        stream.destroy();
        return;
      }
      const session: Session = new Session(stream, {
        rewrite: numberRows,
        name: remote,
        probeInterval: this.#options.probeInterval ?? defaultProbeInterval(parsed),
        limits: this.#options.limits,
        onNotification: (method, params) => this.#owner.onNotification(session, method, params),
      });
      this.#session = session;
      this.#step({ event: 'connected' });
      void session.closed.then((error) => {
        if (current()) this.#failed(error ?? closedError(remote));
      });
      await this.#owner.prepare(session);
      if (!current()) return;
      this.#wasReady = true;
      this.#failures.clear();
      this.#lastFailure = undefined;
      this.#step({ event: 'accepted' });
      for (const waiter of [...this.#waiters]) waiter.resolve(session);
    } catch (error) {
      if (current()) this.#failed(error as Error);
    }
  }

  #failed(error: Error): void {
    this.#step({ event: error instanceof ServerRefusedError ? 'refused' : 'failed' }, this.#explained(error));
  }

  /** A server that wants a client's certificate says so only after the handshake, by ending the stream. */
  #explained(error: Error): Error {
    for (let { cause } = error; cause instanceof Error; { cause } = cause) {
      const explained = tlsError(this.#attemptRemote, cause);
      if (explained) return explained;
    }
    return error;
  }

  #lateError(): Error {
    return new TimeoutError(`${this.#attemptRemote}: no answer in time`);
  }

  /** Why no remote would do: the only remote's own error, or all of them in one. */
  #roundError(): OvskitError {
    const failures = [...this.#failures.values()];
    const [first] = failures;
    if (failures.length === 1 && first instanceof OvskitError) return first;
    const why = failures.map(messageOf).join('; ');
    return new ConnectError(`no remote of ${this.#describe()} can be used: ${why}`, { cause: first });
  }
}

function closedError(what: string): OvsdbError {
  return new OvsdbError('ERR_OVSDB_CLOSED', `the connection to ${what} was closed`);
}
