import type { CallOptions } from '../base/deadline.js';
import type { OvskitError } from '../base/errors.js';
import { ConnectionLostError, RemoteError, Session } from '../jsonrpc/index.js';
import {
  CommitOutcomeUnknownError,
  OvsdbError,
  ProtocolError,
  transactionError,
  UnknownDatabaseError,
  type WireError,
} from './errors.js';
import { decodeResult, encodeOperation, isWrite, type Operation, type OperationResult } from './operations.js';
import { openRemote, parseRemote } from './remote.js';
import { Replica, type Selection } from './replica.js';
import { type DatabaseSchema, parseSchema } from './schema.js';
import type { Wire } from './values.js';

/** One answer is expected within this time, unless the call says otherwise. */
const REQUEST_TIMEOUT = 30_000;
/** The first dump of a large database takes the server seconds. */
const DUMP_TIMEOUT = 120_000;

/** The `<monitor-cond-since>` of a client that has seen nothing yet (ovsdb-server(7), section 4.1.15). */
const NO_TRANSACTION = '00000000-0000-0000-0000-000000000000';

/** What each operation of a transaction returned, in order. */
export type TransactionResult<O extends readonly Operation[]> = { [K in keyof O]: OperationResult<O[K]> };

/**
 * A client of an OVSDB server (RFC 7047).
 *
 * ```ts
 * await using client = await Client.connect('unix:/var/run/openvswitch/db.sock');
 * const [{ rows }] = await client.transact('Open_vSwitch', [select('Bridge', [], ['name'])]);
 * ```
 */
export class Client implements AsyncDisposable {
  readonly remote: string;
  readonly #session: Session;
  readonly #schemas = new Map<string, Promise<DatabaseSchema>>();
  readonly #replicas = new Map<string, Replica>();
  #nextReplica = 0;

  private constructor(remote: string, stream: ConstructorParameters<typeof Session>[0]) {
    this.remote = remote;
    this.#session = new Session(stream, {
      name: remote,
      onNotification: (method, params) => this.#onNotification(method, params),
    });
    void this.#session.closed.then((error) => this.#onClosed(error));
  }

  /**
   * Connects to a server.
   *
   * @param remote `unix:PATH`, as ovsdb(7) writes remotes.
   * @param options `timeout` in milliseconds, 10 000 by default.
   * @throws {ConnectError} `ERR_OVSDB_CONNECT`; `ERR_INVALID_ARGUMENT` when the remote is not understood.
   */
  static async connect(remote: string, options: CallOptions = {}): Promise<Client> {
    return new Client(remote, await openRemote(parseRemote(remote), options));
  }

  /** Settles, and never rejects, when the connection has ended; with the error, when one ended it. */
  get closed(): Promise<OvskitError | undefined> {
    return this.#session.closed;
  }

  /** The names of the server's databases (RFC 7047, section 4.1.1). Equivalent to `ovsdb-client list-dbs`. */
  async listDatabases(options: CallOptions = {}): Promise<string[]> {
    const reply = await this.#request('list_dbs', [], options);
    if (!Array.isArray(reply)) throw new ProtocolError(`${this.remote}: the reply to list_dbs is not a list`);
    return reply as string[];
  }

  /**
   * A database's schema (RFC 7047, section 4.1.2), asked for once. Equivalent to `ovsdb-client get-schema`.
   *
   * @throws {UnknownDatabaseError} when the server has no such database.
   */
  getSchema(database: string, options: CallOptions = {}): Promise<DatabaseSchema> {
    const known = this.#schemas.get(database);
    if (known) return known;
    const schema = this.#request('get_schema', [database], options).then(parseSchema);
    this.#schemas.set(database, schema);
    // One caller's deadline must not spoil the schema for the next.
    schema.catch(() => this.#schemas.delete(database));
    return schema;
  }

  /**
   * Runs operations as one transaction (RFC 7047, section 4.1.3): all of them take effect, or none.
   * Equivalent to `ovsdb-client transact`.
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
    options: CallOptions = {},
  ): Promise<TransactionResult<O>> {
    const schema = await this.getSchema(database, options);
    const wire = operations.map((operation) => encodeOperation(schema, operation));
    let abandoned = false;
    let reply: unknown;
    try {
      reply = await this.#session.request('transact', [database, ...wire], {
        timeout: REQUEST_TIMEOUT,
        ...options,
        onAbandoned: (id: number) => {
          abandoned = true;
          this.#session.notify('cancel', [id]);
        },
      });
    } catch (error) {
      const sent = abandoned || (error instanceof ConnectionLostError && error.sent);
      if (!sent || !operations.some(isWrite)) throw translate(error, database, this.remote);
      throw new CommitOutcomeUnknownError(
        `transaction on ${database} at ${this.remote}: sent, but not answered; it may have been committed or not`,
        { cause: error },
      );
    }
    return readReply(schema, operations, reply) as TransactionResult<O>;
  }

  /**
   * Keeps a copy of part of a database (`monitor_cond_since`, ovsdb-server(7), section 4.1.15).
   * Equivalent to `ovsdb-client monitor-cond-since`.
   *
   * @param options `timeout` in milliseconds for the first dump, 120 000 by default.
   * @returns the replica, filled.
   */
  async monitor(database: string, selection: Selection, options: CallOptions = {}): Promise<Replica> {
    const schema = await this.getSchema(database, options);
    const id = `ovskit-${this.#nextReplica++}`;
    const replica = new Replica(id, schema, selection, (monitor) => this.#monitorCancel(monitor));
    this.#replicas.set(id, replica);
    try {
      const params = [database, id, replica.requests, NO_TRANSACTION];
      const onAbandoned = () => void this.#monitorCancel(id);
      const dumped = { timeout: DUMP_TIMEOUT, ...options, onAbandoned };
      replica.load(await this.#request('monitor_cond_since', params, dumped));
    } catch (error) {
      this.#replicas.delete(id);
      throw error;
    }
    return replica;
  }

  /** Closes the connection. Requests that wait are rejected, replicas stay readable as they are. */
  async close(): Promise<void> {
    await this.#session.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #request(method: string, params: unknown[], options: RequestOptions): Promise<unknown> {
    try {
      return await this.#session.request(method, params, { timeout: REQUEST_TIMEOUT, ...options });
    } catch (error) {
      throw translate(error, method === 'list_dbs' ? undefined : params[0], this.remote);
    }
  }

  /** Best effort: a server that is gone, or that never started the monitor, has nothing left to cancel. */
  async #monitorCancel(id: string): Promise<void> {
    this.#replicas.delete(id);
    try {
      await this.#session.request('monitor_cancel', [id], { timeout: REQUEST_TIMEOUT });
    } catch {}
  }

  #onNotification(method: string, params: readonly unknown[]): void {
    if (method !== 'update3') return;
    const [id, lastTransactionId, updates] = params as [string, string, unknown];
    this.#replicas.get(id)?.apply(updates, lastTransactionId);
  }

  #onClosed(error: OvskitError | undefined): void {
    const ended = error ?? new OvsdbError('ERR_OVSDB_CLOSED', `the connection to ${this.remote} was closed`);
    for (const replica of this.#replicas.values()) replica.end(ended);
    this.#replicas.clear();
  }
}

type RequestOptions = CallOptions & { onAbandoned?: () => void };

/** ovsdb-server answers a request on a database that it hasn't got with a bare "syntax error" or "unknown database". */
function translate(error: unknown, database: unknown, remote: string): unknown {
  if (error instanceof RemoteError && /unknown database/.test(error.message)) {
    return new UnknownDatabaseError(`${remote} has no database "${String(database)}"`, { cause: error });
  }
  return error;
}

/**
 * A reply has one result an operation, up to the first that failed, and one more when the commit itself failed
 * (RFC 7047, section 4.1.3).
 */
function readReply(schema: DatabaseSchema, operations: readonly Operation[], reply: unknown): OperationResult[] {
  if (!Array.isArray(reply)) throw new ProtocolError('the reply to transact is not a list');
  reply.forEach((result: Wire, index) => {
    if (typeof result === 'object' && result !== null && 'error' in result) {
      const operation = operations[index];
      throw transactionError(result as WireError, { index: operation && index, operation });
    }
  });
  if (reply.length < operations.length || reply.includes(null)) {
    throw new ProtocolError('the reply to transact has fewer results than there were operations');
  }
  return operations.map((operation, index) => decodeResult(schema, operation, reply[index]));
}
