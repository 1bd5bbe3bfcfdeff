import type { CallOptions } from '../base/deadline.js';
import type { OvskitError } from '../base/errors.js';
import { ConnectionLostError, RemoteError, type Session, stringify } from '../jsonrpc/index.js';
import { Connection, type ConnectionEvent, type ConnectionOptions } from './connection/connection.js';
import { ServerJudge } from './connection/server-status.js';
import { StatusMonitor } from './connection/status-monitor.js';
import { OvsdbError, SchemaError, ServerRefusedError, UnknownDatabaseError } from './errors.js';
import type { Lock } from './locks.js';
import type { Replica } from './replica.js';
import { type DatabaseSchema, parseSchema } from './schema.js';

/** The connection's own deadline ends what is done to make a session fit for use. */
const NO_DEADLINE = { timeout: Number.POSITIVE_INFINITY };

export interface SyncOptions extends ConnectionOptions {
  /** Stays only with the leader of a clustered database, as the stock tools do; `false` takes any member in touch. */
  readonly leaderOnly?: boolean | undefined;
  /** Databases that a server must have to be stayed with. Those used later must be served well where they are. */
  readonly databases?: readonly string[] | undefined;
}

/**
 * What a client takes along from session to session: replicas, locks, and which databases a server must serve well. It is
 * the counterpart of ovsdb-cs.c in the C library.
 */
export class ClientSync {
  readonly connection: Connection;
  readonly replicas = new Map<string, Replica>();
  readonly locks = new Map<string, Lock>();
  readonly #judge: ServerJudge;
  readonly #required: readonly string[];
  readonly #used: Set<string>;
  /** The schemas that are not known to have changed, with their text in `_Server`. */
  readonly #schemas = new Map<string, { text: unknown; schema: DatabaseSchema }>();
  /** The last schema read of each database, with what it was read from. */
  readonly #parsed = new Map<string, { source: string; schema: DatabaseSchema }>();
  readonly #onState: (event: ConnectionEvent) => void;
  #status = new StatusMonitor(() => {});

  constructor(remotes: string | readonly string[], options: SyncOptions, onState: (event: ConnectionEvent) => void) {
    this.#judge = new ServerJudge(options.leaderOnly ?? true);
    this.#required = options.databases ?? [];
    this.#used = new Set(this.#required);
    this.#onState = onState;
    this.connection = new Connection(remotes, options, {
      prepare: (session) => this.#prepare(session),
      onNotification: (session, method, params) => this.#onNotification(session, method, params),
      onState: (event) => this.#onStateChange(event),
    });
    void this.connection.closed.then((error) => this.#onClosed(error));
  }

  /** The session, if there is one now whose server is known to serve the database well. */
  current(database: string | undefined): Session | undefined {
    return database === undefined || this.#used.has(database) ? this.connection.current : undefined;
  }

  /** The session, once its server is known to serve the database well. `rest` is what is left of the call's time. */
  async ready(database: string | undefined, rest: () => CallOptions & { timeout: number }): Promise<Session> {
    for (;;) {
      const options = rest();
      const session = await this.connection.ready(options, options.timeout);
      if (database === undefined || this.#used.has(database)) return session;
      this.#used.add(database);
      if (this.#review()) return session;
    }
  }

  /**
   * Uses a database's schema. What does not fit the schema that is known is tried on the one that the server has now: a
   * standalone server tells of a conversion only who monitors the database.
   *
   * @returns no promise when there is nothing to wait for: a turn of the microtasks is dear to a small transaction.
   */
  withSchema<T extends object>(
    session: Session,
    database: string,
    rest: () => CallOptions,
    use: (schema: DatabaseSchema) => T,
  ): T | Promise<T> {
    const known = this.#schemas.get(database);
    if (known) {
      try {
        return use(known.schema);
      } catch (error) {
        if (!(error instanceof SchemaError)) throw error;
      }
    }
    return this.fetchSchema(session, database, rest()).then(use);
  }

  /** Asks for the schema. One that has not changed stays the same object, so that replicas need not adopt it. */
  async fetchSchema(session: Session, database: string, options: CallOptions): Promise<DatabaseSchema> {
    // A change that happens from here on makes the text differ, and the schema be asked for again.
    const text = this.#status.schemaText(database);
    const reply = await session.request('get_schema', [database], options);
    const source = stringify(reply);
    const last = this.#parsed.get(database);
    const schema = last?.source === source ? last.schema : parseSchema(reply);
    this.#parsed.set(database, { source, schema });
    this.#schemas.set(database, { text, schema });
    this.#forgetOldSchemas();
    return schema;
  }

  forgetSchema(database: string): void {
    this.#schemas.delete(database);
  }

  /** Drops the schemas that `_Server` shows to have changed. */
  #forgetOldSchemas(): void {
    for (const [database, { text }] of this.#schemas) {
      if (text !== this.#status.schemaText(database)) this.#schemas.delete(database);
    }
  }

  /** Leaves the server when it no longer serves a database that is in use. @returns whether it stays. */
  #review(): boolean {
    const refusal = this.#refusal();
    if (refusal) this.connection.leave(refusal);
    return !refusal;
  }

  #refusal(): ServerRefusedError | undefined {
    if (!this.#status.known) return undefined;
    for (const database of this.#used) {
      const status = this.#status.status(database);
      const why = status ? this.#judge.judge(status) : this.#required.includes(database) && 'it has no such database';
      if (why) return new ServerRefusedError(`${this.connection.remote} will not do for ${database}: ${why}`);
    }
    return undefined;
  }

  async #prepare(session: Session): Promise<void> {
    const status = new StatusMonitor(() => {
      if (this.#status === status) this.#onStatus();
    });
    this.#status = status;
    await status.start(session);
    const refusal = this.#refusal();
    if (refusal) throw refusal;
    // Whoever converted a database while we were away has told nobody, if the server is standalone.
    this.#schemas.clear();
    const fetched = new Map<string, Promise<DatabaseSchema>>();
    const schemaOf = (database: string) => {
      const schema = fetched.get(database) ?? this.fetchSchema(session, database, NO_DEADLINE);
      fetched.set(database, schema);
      return schema;
    };
    await Promise.all([
      ...[...this.replicas.values()].map((replica) => this.#resume(session, replica, schemaOf)),
      ...[...this.locks.values()].map((lock) => lock.request(session, 'lock', NO_DEADLINE)),
    ]);
  }

  #onStatus(): void {
    this.#forgetOldSchemas();
    if (this.connection.state === 'ready') this.#review();
  }

  /** Brings a replica up to date. One that the database's schema no longer fits ends by itself, and holds nobody up. */
  async #resume(
    session: Session,
    replica: Replica,
    schemaOf: (database: string) => Promise<DatabaseSchema>,
  ): Promise<void> {
    const database = replica.schema.name;
    try {
      replica.adopt(await schemaOf(database));
      await replica.load(session);
    } catch (error) {
      const failure = describeFailure(error, database);
      if (failure instanceof UnknownDatabaseError) {
        throw new ServerRefusedError(`${session.name} will not do for ${database}: it has no such database`, {
          cause: failure,
        });
      }
      if (!(failure instanceof SchemaError || failure instanceof RemoteError)) throw failure;
      this.#endReplica(replica, failure);
    }
  }

  /** The server dropped a monitor: its database was removed or converted (ovsdb-server(7), section 4.1.7). */
  async #restart(session: Session, replica: Replica): Promise<void> {
    try {
      await this.#resume(session, replica, (database) => this.fetchSchema(session, database, NO_DEADLINE));
    } catch (error) {
      if (error instanceof ServerRefusedError) this.#endReplica(replica, error.cause as OvskitError);
      else if (!(error instanceof ConnectionLostError) && !session.ended) this.connection.leave(error as Error);
    }
  }

  #endReplica(replica: Replica, error: OvskitError): void {
    this.replicas.delete(replica.id);
    replica.end(error);
  }

  #onNotification(session: Session, method: string, params: unknown[]): void {
    if (this.#status.onNotification(method, params)) return;
    const name = params[0] as string;
    const replica = this.replicas.get(name);
    switch (method) {
      case 'update3':
        replica?.apply(params[2], params[1] as string);
        break;
      case 'update2':
      case 'update':
        replica?.apply(params[1]);
        break;
      case 'locked':
        this.locks.get(name)?.grant();
        break;
      case 'stolen':
        this.locks.get(name)?.lose();
        break;
      case 'monitor_canceled':
        if (replica) void this.#restart(session, replica);
        break;
    }
  }

  #onStateChange(event: ConnectionEvent): void {
    if (event.state === 'backoff') for (const lock of this.locks.values()) lock.lose();
    this.#onState(event);
  }

  /** Stops a replica's monitor. A server that is gone, or that never started it, has nothing left to cancel. */
  forget(id: string): void {
    this.replicas.delete(id);
    if (this.connection.state !== 'ready') return;
    void this.connection
      .ready(NO_DEADLINE, 0)
      .then((session) => session.request('monitor_cancel', [id]))
      .catch(() => {});
  }

  #onClosed(error: OvskitError | undefined): void {
    const ended = error ?? new OvsdbError('ERR_OVSDB_CLOSED', 'the client was closed');
    for (const replica of this.replicas.values()) replica.end(ended, error === undefined);
    for (const lock of this.locks.values()) lock.end(ended);
    this.replicas.clear();
    this.locks.clear();
  }
}

/** ovsdb-server answers a request on a database that it hasn't got with a bare error. */
export function describeFailure(error: unknown, database: string | undefined): unknown {
  if (error instanceof RemoteError && /unknown database/.test(error.message)) {
    return new UnknownDatabaseError(`the server has no database "${database}"`, { cause: error });
  }
  return error;
}
