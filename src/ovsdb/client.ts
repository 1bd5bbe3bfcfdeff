import { channel } from 'node:diagnostics_channel';
import { performance } from 'node:perf_hooks';
import type { CallOptions } from '../base/deadline.js';
import type { OvskitError } from '../base/errors.js';
import { ConnectionLostError, RemoteError, type Session } from '../jsonrpc/index.js';
import { Connection, type ConnectionEvent, type ConnectionOptions } from './connection/connection.js';
import { ServerJudge } from './connection/server-status.js';
import { StatusMonitor } from './connection/status-monitor.js';
import {
  CommitOutcomeUnknownError,
  OvsdbError,
  ProtocolError,
  ServerRefusedError,
  UnknownDatabaseError,
  WaitTimedOutError,
} from './errors.js';
import { Lock } from './locks.js';
import { assertLock, encodeOperation, isWrite, type Operation, type OperationResult } from './operations.js';
import { type MonitorMethod, Replica, type Selection } from './replica.js';
import { readReply } from './reply.js';
import { type DatabaseSchema, parseSchema } from './schema.js';

/** One answer is expected within this time, unless the call says otherwise. */
const REQUEST_TIMEOUT = 30_000;
/** The first dump of a large database takes the server seconds. */
const DUMP_TIMEOUT = 120_000;

export interface ClientOptions extends ConnectionOptions, CallOptions {
  /** Stays only with the leader of a clustered database, as the stock tools do; `false` takes any member in touch. */
  readonly leaderOnly?: boolean | undefined;
  /** Databases that a server must have and serve before it is stayed with; those used later are added. */
  readonly databases?: readonly string[] | undefined;
}

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

/** What each operation of a transaction returned, in order. */
export type TransactionResult<O extends readonly Operation[]> = { [K in keyof O]: OperationResult<O[K]> };

const transactions = channel('ovskit:transaction');

/**
 * A client of an OVSDB server or cluster (RFC 7047), which stays connected.
 *
 * ```ts
 * await using client = await Client.connect('unix:/var/run/openvswitch/db.sock');
 * const [{ rows }] = await client.transact('Open_vSwitch', [select('Bridge', [], ['name'])]);
 * ```
 *
 * When the connection is lost it is made again, to the same server or another; replicas are brought up to date, locks asked
 * for again, and calls made in the meantime wait until their deadline.
 */
export class Client implements AsyncDisposable {
  readonly #connection: Connection;
  readonly #judge: ServerJudge;
  readonly #databases: Set<string>;
  readonly #schemas = new Map<string, Promise<DatabaseSchema>>();
  readonly #replicas = new Map<string, Replica>();
  readonly #locks = new Map<string, Lock>();
  readonly #listeners = new Set<(event: ConnectionEvent) => void>();
  #status = new StatusMonitor(() => {});
  #nextReplica = 0;

  private constructor(remotes: string | readonly string[], options: ClientOptions) {
    this.#judge = new ServerJudge(options.leaderOnly ?? true);
    this.#databases = new Set(options.databases);
    this.#connection = new Connection(remotes, options, {
      prepare: (session) => this.#prepare(session),
      onNotification: (session, method, params) => this.#onNotification(session, method, params),
      onState: (event) => this.#onState(event),
    });
    void this.#connection.closed.then((error) => this.#onClosed(error));
  }

  /**
   * Connects to a server, or to one of several.
   *
   * @param remotes as ovsdb(7) writes them: `unix:PATH`, `tcp:HOST:PORT`, `ssl:HOST:PORT`, or passive `punix:`, `ptcp:`,
   *   `pssl:`; several as a list or joined by commas.
   * @param options `timeout` in milliseconds for the whole, 120 000 by default, besides those of each attempt.
   * @throws {ConnectError} `ERR_OVSDB_CONNECT`; {@link TlsError}; {@link ServerRefusedError}; `ERR_INVALID_ARGUMENT` when a
   *   remote is not understood.
   */
  static async connect(remotes: string | readonly string[], options: ClientOptions = {}): Promise<Client> {
    const client = new Client(remotes, options);
    client.#connection.start();
    try {
      await client.#connection.ready(options, DUMP_TIMEOUT);
      return client;
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /** The remote in use; `undefined` while there is no connection. */
  get remote(): string | undefined {
    return this.#connection.remote;
  }

  get state(): ConnectionEvent['state'] {
    return this.#connection.state;
  }

  /**
   * Settles, and never rejects, when the client has ended: after `close`, or with the error that ended it where
   * `reconnect` is off.
   */
  get closed(): Promise<OvskitError | undefined> {
    return this.#connection.closed;
  }

  /** Calls `listener` at every change of the connection's state. @returns what takes it off again. */
  onState(listener: (event: ConnectionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Changes the remotes while running; a connection to one that is no longer named is dropped. */
  setRemotes(remotes: string | readonly string[]): void {
    this.#connection.setRemotes(remotes);
  }

  /** The names of the server's databases (RFC 7047, section 4.1.1). Equivalent to `ovsdb-client list-dbs`. */
  async listDatabases(options: CallOptions = {}): Promise<string[]> {
    const reply = await this.#call('list_dbs', [], options);
    if (!Array.isArray(reply)) throw new ProtocolError(`${this.remote}: the reply to list_dbs is not a list`);
    return reply as string[];
  }

  /** The id that the server gave itself when it started (ovsdb-server(7), section 4.1.18). */
  async getServerId(options: CallOptions = {}): Promise<string> {
    return String(await this.#call('get_server_id', [], options));
  }

  /** Asks for a sign of life (RFC 7047, section 4.1.11). */
  async echo(options: CallOptions = {}): Promise<void> {
    await this.#call('echo', [], options);
  }

  /**
   * A database's schema (RFC 7047, section 4.1.2), asked for once. Equivalent to `ovsdb-client get-schema`.
   *
   * @throws {UnknownDatabaseError} when the server has no such database.
   */
  getSchema(database: string, options: CallOptions = {}): Promise<DatabaseSchema> {
    const known = this.#schemas.get(database);
    if (known) return known;
    const schema = this.#call('get_schema', [database], options, database).then(parseSchema);
    this.#schemas.set(database, schema);
    // One caller's deadline must not spoil the schema for the next.
    schema.catch(() => this.#schemas.delete(database));
    return schema;
  }

  /**
   * Turns a clustered or standalone database over to another schema (ovsdb-server(7), section 4.1.16).
   * Equivalent to `ovsdb-client convert`.
   */
  async convert(database: string, schema: unknown, options: CallOptions = {}): Promise<void> {
    await this.#call('convert', [database, schema], options, database);
    this.#schemas.delete(database);
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
  async transact<const O extends readonly Operation[]>(
    database: string,
    operations: O,
    options: TransactOptions = {},
  ): Promise<TransactionResult<O>> {
    const start = transactions.hasSubscribers ? performance.now() : 0;
    try {
      const result = await this.#transact(database, operations, options);
      if (start) this.#tellTransaction(database, operations.length, start, undefined);
      return result as TransactionResult<O>;
    } catch (error) {
      if (start) this.#tellTransaction(database, operations.length, start, error);
      throw error;
    }
  }

  #tellTransaction(database: string, operations: number, start: number, error: unknown): void {
    transactions.publish({ remote: this.remote, database, operations, ms: performance.now() - start, error });
  }

  async #transact(
    database: string,
    operations: readonly Operation[],
    options: TransactOptions,
  ): Promise<OperationResult[]> {
    const schema = await this.getSchema(database, options);
    const { lock, idempotent } = options;
    const all = lock ? [assertLock(lock.name), ...operations] : operations;
    const wire = all.map((operation) => encodeOperation(schema, operation));
    const again = idempotent || !operations.some(isWrite);
    let sent = false;
    try {
      const reply = await this.#call('transact', [database, ...wire], options, database, {
        again,
        onSentInVain: () => {
          sent = true;
        },
      });
      const results = readReply(schema, all, reply);
      return lock ? results.slice(1) : results;
    } catch (error) {
      if (!sent || again) throw error;
      throw new CommitOutcomeUnknownError(
        `transaction on ${database}: sent, but not answered; it may have been committed or not`,
        { cause: error },
      );
    }
  }

  /**
   * Reads, decides and writes, as if nobody else were there: `build` gets what the selects returned, and the transaction
   * it returns fails if that has changed meanwhile, upon which all is done again on what it has become.
   *
   * @param options `timeout` in milliseconds for the whole, 30 000 by default.
   * @returns what the transaction's operations returned; nothing when `build` returned no operations.
   */
  async readModifyWrite(
    database: string,
    reads: readonly Extract<Operation, { op: 'select' }>[],
    build: (results: readonly OperationResult<Extract<Operation, { op: 'select' }>>[]) => readonly Operation[],
    options: TransactOptions = {},
  ): Promise<OperationResult[]> {
    const rest = remaining(options, REQUEST_TIMEOUT);
    for (;;) {
      const results = (await this.transact(database, reads, rest())) as { rows: Record<string, never>[] }[];
      const writes = build(results);
      if (writes.length === 0) return [];
      const checks = reads.map(({ table, where, columns }, index): Operation => {
        const rows = (results[index]?.rows ?? []).map(({ _uuid, _version, ...row }) => row);
        const known = columns?.filter((column) => column !== '_uuid') ?? Object.keys(rows[0] ?? {});
        return { op: 'wait', table, where, columns: known, until: '==', rows, timeout: 0 };
      });
      try {
        const all = await this.#transact(database, [...checks, ...writes], rest());
        return all.slice(checks.length);
      } catch (error) {
        const overtaken = error instanceof WaitTimedOutError && (error.index ?? checks.length) < checks.length;
        if (!overtaken || rest().timeout <= 0) throw error;
      }
    }
  }

  /**
   * Keeps a copy of part of a database (`monitor_cond_since`, ovsdb-server(7), section 4.1.15).
   * Equivalent to `ovsdb-client monitor-cond-since`.
   *
   * @param options `timeout` in milliseconds for the first dump, 120 000 by default.
   * @returns the replica, filled.
   */
  async monitor(database: string, selection: Selection, options: MonitorOptions = {}): Promise<Replica> {
    const rest = remaining(options, DUMP_TIMEOUT);
    const schema = await this.getSchema(database, rest());
    const id = `ovskit-${this.#nextReplica++}`;
    const owner = {
      ready: (callOptions: CallOptions) => this.#ready(database, callOptions, REQUEST_TIMEOUT),
      forget: () => this.#forget(id),
    };
    const replica = new Replica(id, schema, selection, owner, options.method);
    for (;;) {
      const session = await this.#ready(database, rest(), DUMP_TIMEOUT);
      // From here on a reconnect loads it too, and whichever comes first will do.
      this.#replicas.set(id, replica);
      try {
        await replica.load(session, rest());
        return replica;
      } catch (error) {
        this.#replicas.delete(id);
        if (!(error instanceof ConnectionLostError)) throw describeFailure(error, database);
      }
    }
  }

  /**
   * Asks for a lock, which is ours as soon as nobody else holds it; see {@link Lock}.
   * Equivalent to `ovsdb-client lock`; `steal` takes it from whoever holds it, as `ovsdb-client steal` does.
   */
  async lock(name: string, options: CallOptions & { steal?: boolean | undefined } = {}): Promise<Lock> {
    const known = this.#locks.get(name);
    const lock =
      known ??
      new Lock(name, {
        ready: () => this.#connection.ready({}, REQUEST_TIMEOUT),
        forget: () => this.#locks.delete(name),
      });
    if (known && !options.steal) return known;
    const session = await this.#connection.ready(options, REQUEST_TIMEOUT);
    this.#locks.set(name, lock);
    await lock.request(session, options.steal ? 'steal' : 'lock');
    return lock;
  }

  /** Closes the connection for good. Calls that wait are rejected, replicas stay readable as they are. */
  async close(): Promise<void> {
    await this.#connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** A request that waits for a connection, and is sent again when it was lost before the request went out. */
  async #call(
    method: string,
    params: unknown[],
    options: CallOptions,
    database?: string,
    { again = true, onSentInVain }: { again?: boolean; onSentInVain?: () => void } = {},
  ): Promise<unknown> {
    const rest = remaining(options, REQUEST_TIMEOUT);
    for (;;) {
      const session = await this.#ready(database, rest(), REQUEST_TIMEOUT);
      const onAbandoned = (id: number) => {
        onSentInVain?.();
        if (method === 'transact') session.notify('cancel', [id]);
      };
      try {
        return await session.request(method, params, { ...rest(), onAbandoned });
      } catch (error) {
        if (!(error instanceof ConnectionLostError)) throw describeFailure(error, database);
        if (error.sent) onSentInVain?.();
        if (error.sent && !again) throw error;
      }
    }
  }

  /** The session, once its server is known to serve the database well. */
  async #ready(database: string | undefined, options: CallOptions, timeout: number): Promise<Session> {
    const session = await this.#connection.ready(options, timeout);
    if (database === undefined || database === '_Server' || this.#databases.has(database)) return session;
    if (this.#status.known && !this.#status.status(database)) return session;
    this.#databases.add(database);
    if (!this.#review()) return this.#ready(database, options, timeout);
    return session;
  }

  /** Leaves the server when it no longer serves a database that is in use. @returns whether it stays. */
  #review(): boolean {
    const refusal = this.#refusal();
    if (refusal) this.#connection.leave(refusal);
    return !refusal;
  }

  #refusal(): ServerRefusedError | undefined {
    if (!this.#status.known) return undefined;
    for (const database of this.#databases) {
      const why = this.#judge.judge(database, this.#status.status(database));
      if (why) return new ServerRefusedError(`${this.remote} will not do for ${database}: ${why}`);
    }
    return undefined;
  }

  async #prepare(session: Session): Promise<void> {
    const status = new StatusMonitor(() => {
      if (this.#status === status && this.#connection.state === 'ready') this.#review();
    });
    this.#status = status;
    await status.start(session);
    const refusal = this.#refusal();
    if (refusal) throw refusal;
    await Promise.all([
      ...[...this.#replicas.values()].map((replica) => replica.load(session)),
      ...[...this.#locks.values()].map((lock) => lock.request(session, 'lock')),
    ]);
  }

  #onNotification(session: Session, method: string, params: unknown[]): void {
    if (this.#status.onNotification(method, params)) return;
    const name = params[0] as string;
    switch (method) {
      case 'update3':
        this.#replicas.get(name)?.apply(params[2], params[1] as string);
        break;
      case 'update2':
      case 'update':
        this.#replicas.get(name)?.apply(params[1]);
        break;
      case 'locked':
        this.#locks.get(name)?.grant();
        break;
      case 'stolen':
        this.#locks.get(name)?.lose();
        break;
      case 'monitor_canceled':
        void this.#remonitor(session, name);
        break;
    }
  }

  /** The server dropped a monitor: its database was removed or converted (ovsdb-server(7), section 4.1.21). */
  async #remonitor(session: Session, id: string): Promise<void> {
    const replica = this.#replicas.get(id);
    if (!replica) return;
    const database = replica.schema.name;
    this.#schemas.delete(database);
    try {
      await replica.load(session);
    } catch (error) {
      if (error instanceof ConnectionLostError) return;
      this.#replicas.delete(id);
      const ended = describeFailure(error, database);
      replica.end(
        ended instanceof OvsdbError ? ended : new ProtocolError(`replica of ${database} ended`, { cause: error }),
      );
    }
  }

  #onState(event: ConnectionEvent): void {
    if (event.state === 'backoff') for (const lock of this.#locks.values()) lock.lose();
    for (const listener of this.#listeners) listener(event);
  }

  /** Best effort: a server that is gone, or that never started the monitor, has nothing left to cancel. */
  #forget(id: string): void {
    this.#replicas.delete(id);
    if (this.#connection.state !== 'ready') return;
    this.#connection
      .ready({}, REQUEST_TIMEOUT)
      .then((session) => session.request('monitor_cancel', [id]))
      .catch(() => {});
  }

  #onClosed(error: OvskitError | undefined): void {
    const ended = error ?? new OvsdbError('ERR_OVSDB_CLOSED', 'the client was closed');
    for (const replica of this.#replicas.values()) replica.end(ended, error === undefined);
    for (const lock of this.#locks.values()) lock.end(ended);
    this.#replicas.clear();
    this.#locks.clear();
  }
}

/** What is left of a call's time, for each of the waits that it is made of. */
function remaining(options: CallOptions, timeout: number): () => CallOptions & { timeout: number } {
  const deadline = performance.now() + (options.timeout ?? timeout);
  return () => ({ signal: options.signal, timeout: Math.max(0, deadline - performance.now()) });
}

/** ovsdb-server answers a request on a database that it hasn't got with a bare error. */
function describeFailure(error: unknown, database: string | undefined): unknown {
  if (error instanceof RemoteError && /unknown database/.test(error.message)) {
    return new UnknownDatabaseError(`the server has no database "${database}"`, { cause: error });
  }
  return error;
}
