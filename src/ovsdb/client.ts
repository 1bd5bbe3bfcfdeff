import { channel } from 'node:diagnostics_channel';
import { performance } from 'node:perf_hooks';
import { type CallOptions, remaining } from '../base/deadline.js';
import type { OvskitError } from '../base/errors.js';
import { boolean, callKinds, checkCall, oneOf, optionsCheck } from '../base/options.js';
import { ConnectionLostError, type Session } from '../jsonrpc/index.js';
import { type ClientOptions, checkClientOptions } from './client-options.js';
import { ClientSync, describeFailure } from './client-sync.js';
import type { ConnectionEvent } from './connection/connection.js';
import { type CommitOutcomeUnknownError, LockInUseError, ProtocolError } from './errors.js';
import { Lock } from './locks.js';
import { METHODS, type MonitorMethod } from './monitor.js';
import { assertLock, type Operation, type OperationResult, type SelectOperation } from './operations.js';
import { readModifyWrite } from './read-modify-write.js';
import { defaultRemote } from './remote.js';
import { Replica } from './replica.js';
import { countLoss } from './resend.js';
import type { DatabaseSchema } from './schema.js';
import type { Selection } from './selection.js';
import { runTransaction } from './transaction.js';

/** One answer is expected within this time, unless the call says otherwise. */
const REQUEST_TIMEOUT = 30_000;
/** The first dump of a large database takes the server seconds. */
const DUMP_TIMEOUT = 120_000;

export interface TransactOptions extends CallOptions {
  /**
   * Running it twice does no harm: it is sent again when the connection died before the reply, rather than ending as
   * {@link CommitOutcomeUnknownError}.
   */
  readonly idempotent?: boolean | undefined;
  /** Fails with `NotOwnerError` unless the lock is ours when the server runs the transaction. */
  readonly lock?: Lock | undefined;
}

export interface MonitorOptions extends CallOptions {
  /** The method to begin with, for servers that are slow to say that they lack the best one. */
  readonly method?: MonitorMethod | undefined;
}

export interface LockOptions extends CallOptions {
  /** Takes it from whoever holds it. */
  readonly steal?: boolean | undefined;
}

const checkTransact = optionsCheck<TransactOptions>({
  ...callKinds,
  idempotent: boolean,
  lock: { words: 'a Lock, as lock() returns', fits: (value) => value instanceof Lock },
});
const checkMonitor = optionsCheck<MonitorOptions>({ ...callKinds, method: oneOf(...METHODS) });
const checkLock = optionsCheck<LockOptions>({ ...callKinds, steal: boolean });

/** What each operation of a transaction returned, in order. */
export type TransactionResult<O extends readonly Operation[]> = { [K in keyof O]: OperationResult<O[K]> };

/** What each transaction came to, on the diagnostics channel `ovskit:transaction`. */
export interface TransactionMessage {
  readonly remote: string | undefined;
  readonly database: string;
  /** How many there were in it. */
  readonly operations: number;
  /** From the call to its end, in milliseconds. */
  readonly ms: number;
  /** Why it failed; `undefined` when it was committed. */
  readonly error: unknown;
}

const transactions = channel('ovskit:transaction');

/**
 * A client of an OVSDB server or cluster (RFC 7047), which stays connected.
 *
 * ```ts
 * await using client = await Client.connect();
 * const [{ rows }] = await client.transact('Open_vSwitch', [select('Bridge', [], ['name'])]);
 * ```
 *
 * When the connection is lost it is made again, to the same server or another; replicas are brought up to date, locks asked
 * for again, and calls made in the meantime wait until their deadline.
 */
export class Client implements AsyncDisposable {
  readonly #sync: ClientSync;
  readonly #listeners = new Set<(event: ConnectionEvent) => void>();
  #nextReplica = 0;

  private constructor(remotes: string | readonly string[], options: ClientOptions) {
    this.#sync = new ClientSync(remotes, options, (event) => this.#onState(event));
  }

  /**
   * Connects to a server, or to one of several.
   *
   * @param remotes as ovsdb(7) writes them: `unix:PATH`, `tcp:HOST:PORT`, `ssl:HOST:PORT`, or passive `punix:`, `ptcp:`,
   *   `pssl:`; several as a list or joined by commas. The switch's database by default: {@link defaultRemote}.
   * @param options `timeout` in milliseconds for the whole, 120 000 by default, besides those of each attempt.
   * @throws {ConnectError} `ERR_OVSDB_CONNECT`; {@link TlsError}; {@link ServerRefusedError}; `ERR_INVALID_ARGUMENT` when a
   *   remote is not understood.
   */
  static async connect(
    remotes: string | readonly string[] = defaultRemote(),
    options: ClientOptions = {},
  ): Promise<Client> {
    checkClientOptions(options);
    const client = new Client(remotes, options);
    client.#sync.connection.start();
    try {
      await client.#sync.connection.ready(options, DUMP_TIMEOUT);
      return client;
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /** The remote in use; `undefined` while there is no connection. */
  get remote(): string | undefined {
    return this.#sync.connection.remote;
  }

  get state(): ConnectionEvent['state'] {
    return this.#sync.connection.state;
  }

  /**
   * Settles, and never rejects, when the client has ended: after `close`, or with the error that ended it where
   * `reconnect` is off.
   */
  get closed(): Promise<OvskitError | undefined> {
    return this.#sync.connection.closed;
  }

  /** Calls `listener` at every change of the connection's state. @returns what takes it off again. */
  onState(listener: (event: ConnectionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Changes the remotes while running; a connection to one that is no longer named is dropped. */
  setRemotes(remotes: string | readonly string[]): void {
    this.#sync.connection.setRemotes(remotes);
  }

  /** The names of the server's databases (RFC 7047, section 4.1.1). Equivalent to `ovsdb-client list-dbs`. */
  async listDatabases(options: CallOptions = {}): Promise<string[]> {
    checkCall('listDatabases', options);
    const reply = await this.#call('list_dbs', [], options);
    if (!Array.isArray(reply)) throw new ProtocolError(`${this.remote}: the reply to list_dbs is not a list`);
    return reply as string[];
  }

  /** The id that the server gave itself when it started (ovsdb-server(7), section 4.1.18). */
  async getServerId(options: CallOptions = {}): Promise<string> {
    checkCall('getServerId', options);
    return String(await this.#call('get_server_id', [], options));
  }

  /** Asks for a sign of life (RFC 7047, section 4.1.11). */
  async echo(options: CallOptions = {}): Promise<void> {
    checkCall('echo', options);
    await this.#call('echo', [], options);
  }

  /**
   * A database's schema (RFC 7047, section 4.1.2), as it is now. Transactions and replicas need no
   * call of it. Equivalent to `ovsdb-client get-schema`.
   *
   * @throws {UnknownDatabaseError} when the server has no such database.
   */
  async getSchema(database: string, options: CallOptions = {}): Promise<DatabaseSchema> {
    checkCall('getSchema', options);
    return this.#onSession('get_schema', database, options, (session, rest) =>
      this.#sync.fetchSchema(session, database, rest),
    );
  }

  /**
   * Turns a database over to another schema while it runs (ovsdb-server(7), section 4.1.19); replicas go on with it.
   * Equivalent to `ovsdb-client convert`.
   *
   * @param schema the text of an .ovsschema file, as JSON.
   */
  async convert(database: string, schema: unknown, options: CallOptions = {}): Promise<void> {
    checkCall('convert', options);
    await this.#call('convert', [database, schema], options, database);
  }

  /**
   * Runs operations as one transaction (RFC 7047, section 4.1.3): all of them take effect, or none. While there is no
   * connection it waits for one. Equivalent to `ovsdb-client transact`.
   *
   * @param options `timeout` in milliseconds, 30 000 by default.
   * @returns what each operation returned, in order.
   * @throws {SchemaError} before anything is sent, when an operation does not fit the schema.
   * @throws {TransactionError} of the class that goes with the RFC's error name, naming the operation.
   * @throws {CommitOutcomeUnknownError} when no reply came to a transaction that was sent and could write.
   */
  transact<const O extends readonly Operation[]>(
    database: string,
    operations: O,
    options: TransactOptions = {},
  ): Promise<TransactionResult<O>> {
    try {
      checkTransact('transact', options);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#transact(database, [], operations, options) as Promise<TransactionResult<O>>;
  }

  /** @param checks operations that go before the caller's, for our own purposes. */
  #transact(
    database: string,
    checks: readonly Operation[],
    operations: readonly Operation[],
    options: TransactOptions,
  ): Promise<OperationResult[]> {
    const start = transactions.hasSubscribers ? performance.now() : undefined;
    const { lock, idempotent = false } = options;
    const guards = lock ? [assertLock(lock.name), ...checks] : checks;
    const results = runTransaction(this.#sync, database, guards, operations, idempotent, options, REQUEST_TIMEOUT);
    if (start !== undefined) {
      const tell = (error?: unknown) => this.#tell(database, operations.length, start, error);
      results.then(() => tell(), tell);
    }
    return results;
  }

  #tell(database: string, operations: number, start: number, error: unknown): void {
    const ms = performance.now() - start;
    transactions.publish({ remote: this.remote, database, operations, ms, error } satisfies TransactionMessage);
  }

  /**
   * Reads, decides and writes, as if nobody else were there: `build` gets what the selects returned, and the transaction
   * it returns fails if that has changed meanwhile, upon which all is done again on what it has become.
   *
   * @param options as for {@link transact}; `timeout` in milliseconds for the whole, 30 000 by default.
   * @returns what the transaction's operations returned; nothing when `build` returned no operations.
   */
  async readModifyWrite(
    database: string,
    reads: readonly Extract<Operation, { op: 'select' }>[],
    build: (results: readonly OperationResult<SelectOperation>[]) => readonly Operation[],
    options: TransactOptions = {},
  ): Promise<OperationResult[]> {
    checkTransact('readModifyWrite', options);
    const rest = remaining(options, REQUEST_TIMEOUT);
    return readModifyWrite(reads, build, rest, {
      read: (selects) => this.#transact(database, [], selects, rest()),
      write: (checks, writes) => this.#transact(database, checks, writes, { ...options, ...rest() }),
    });
  }

  /**
   * Keeps a copy of part of a database (`monitor_cond_since`, ovsdb-server(7), section 4.1.15).
   * Equivalent to `ovsdb-client monitor-cond-since`.
   *
   * @param options `timeout` in milliseconds for the first dump, 120 000 by default.
   * @returns the replica, filled.
   */
  async monitor(database: string, selection: Selection, options: MonitorOptions = {}): Promise<Replica> {
    checkMonitor('monitor', options);
    const id = `ovskit-${this.#nextReplica++}`;
    const owner = {
      ready: (rest: CallOptions & { timeout: number }) => this.#sync.ready(database, () => rest),
      forget: () => this.#sync.forget(id),
    };
    const load = async (session: Session, rest: CallOptions) => {
      const make = (schema: DatabaseSchema) => new Replica(id, schema, selection, owner, options.method);
      const replica = await this.#sync.withSchema(session, database, () => rest, make);
      this.#sync.replicas.set(id, replica);
      try {
        await replica.load(session, rest);
        return replica;
      } catch (error) {
        this.#sync.forget(id);
        throw error;
      }
    };
    return this.#onSession(`monitor of ${database}`, database, { timeout: DUMP_TIMEOUT, ...options }, load);
  }

  /**
   * Asks for a lock, which is ours as soon as nobody else holds it; see {@link Lock}. The server gives it to the client, so
   * that two of its callers can't have one each. Equivalent to `ovsdb-client lock`; `steal` takes it from whoever holds it,
   * as `ovsdb-client steal` does, also for the `Lock` that waits for it already.
   *
   * @throws {LockInUseError} when this client holds the lock or, without `steal`, waits for it already.
   */
  async lock(name: string, options: LockOptions = {}): Promise<Lock> {
    checkLock('lock', options);
    const { locks } = this.#sync;
    const known = locks.get(name);
    if (known && (known.held || !options.steal)) throw new LockInUseError(name);
    const lock = known ?? new Lock(name, () => locks.delete(name));
    locks.set(name, lock);
    try {
      await this.#onSession(`lock ${name}`, undefined, options, async (session, rest) => {
        // A connection that was made meanwhile has asked for it.
        if (options.steal) await lock.request(session, 'steal', rest);
        else if (!lock.isAskedFor(session)) await lock.request(session, 'lock', rest);
      });
      return lock;
    } catch (error) {
      if (!known) await lock.release().catch(() => {});
      throw error;
    }
  }

  /** Closes the connection for good. Calls that wait are rejected, replicas stay readable as they are. */
  async close(): Promise<void> {
    await this.#sync.connection.close();
  }

  /** For `await using`: ends as `close` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #call(method: string, params: unknown[], options: CallOptions, database?: string): Promise<unknown> {
    return this.#onSession(method, database, options, (session, rest) => session.request(method, params, rest));
  }

  /** Does something on a session, as soon as there is one, and anew on the next when the connection is lost. */
  async #onSession<T>(
    what: string,
    database: string | undefined,
    options: CallOptions,
    act: (session: Session, rest: CallOptions) => Promise<T>,
  ): Promise<T> {
    const rest = remaining(options, REQUEST_TIMEOUT);
    let losses = 0;
    for (;;) {
      const session = this.#sync.current(database) ?? (await this.#sync.ready(database, rest));
      const sentAt = performance.now();
      try {
        return await act(session, rest());
      } catch (error) {
        if (!(error instanceof ConnectionLostError)) throw describeFailure(error, database);
        losses = countLoss(losses, sentAt, what, error);
      }
    }
  }

  #onState(event: ConnectionEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        // A listener's fault is not the connection's: it surfaces as an uncaught exception of its own.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
