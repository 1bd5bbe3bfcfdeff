import { ConnectionLostError } from '../../jsonrpc/errors.js';
import { encodeOperation, type Operation, type SelectedRow } from '../../ovsdb/operations.js';
import type { DatabaseSchema } from '../../ovsdb/schema.js';
import { decodeValue, type Wire, type WireRow } from '../../ovsdb/values.js';
import type { Read } from '../../vswitch/draft/index.js';
import { lostErrno } from '../client/rpc.js';
import { Fatal } from '../fatal.js';
import { type Json, serialize } from '../json/index.js';
import type { Vlog } from '../log/vlog.js';
import {
  type Connection,
  connectionFailed,
  FOREVER,
  NAME,
  openConnection,
  type RequestOptions,
  request,
} from './connection.js';
import { Lacks } from './older/lacks.js';
import type { VsctlOptions } from './options.js';
import { withoutConstraints } from './schema.js';

/** What one operation returned: its result, or the error that it ended in. */
export type Result = Readonly<Record<string, Wire>> | null;

/** The connection was lost, and there is another: what was asked may have happened or not. */
export class Reconnected extends Error {}

/** The database server, as one ovs-vsctl sees it. */
export class Server {
  readonly schema: DatabaseSchema;
  readonly #options: VsctlOptions;
  readonly #log: Vlog;
  /** The server knows best what its columns may hold, and says it in the stock tool's words. */
  readonly #encoding: DatabaseSchema;
  #connection: Connection;
  #reconnecting: Promise<Connection> | undefined;
  #lacks: Lacks | undefined;

  private constructor(options: VsctlOptions, log: Vlog, schema: DatabaseSchema, connection: Connection) {
    this.#options = options;
    this.#log = log;
    this.schema = schema;
    this.#encoding = withoutConstraints(schema);
    this.#connection = connection;
  }

  /** Connects to the first server that will do. @throws {Fatal} */
  static async open(options: VsctlOptions, log: Vlog, schema: DatabaseSchema): Promise<Server> {
    return new Server(options, log, schema, await openConnection(options, log));
  }

  /**
   * Runs operations as one transaction; one result an operation, up to the first that failed.
   *
   * @throws {Reconnected} when the connection was lost, with --retry; {@link Fatal} without.
   */
  async transact(operations: readonly Operation[], options: RequestOptions = FOREVER): Promise<Result[]> {
    const lacks = this.#lacks;
    const fitting = lacks ? operations.map((operation) => lacks.operation(operation)) : operations;
    const wire = fitting.map((operation) => encodeOperation(this.#encoding, operation));
    return (await this.#request('transact', [NAME, ...wire], options)) as Result[];
  }

  async #request(method: string, params: unknown[], options: RequestOptions): Promise<unknown> {
    const connection = this.#connection;
    try {
      const reply = await request(connection.session, this.#log, method, params, options);
      await connection.suitable;
      return reply;
    } catch (error) {
      if (!(error instanceof ConnectionLostError)) throw error;
      if (!this.#options.retry) throw connectionFailed(this.#options, lostErrno(error));
      // Several requests may have been lost together.
      if (this.#connection === connection) this.#reconnecting ??= openConnection(this.#options, this.#log);
      this.#connection = (await this.#reconnecting) ?? this.#connection;
      this.#reconnecting = undefined;
      throw new Reconnected();
    }
  }

  /** What the server's schema lacks, as soon as a read has met it. */
  get lacks(): Lacks | undefined {
    return this.#lacks;
  }

  /** Makes reads in one transaction: what they return belongs together. */
  async read(reads: readonly Read[]): Promise<SelectedRow[][]> {
    for (;;) {
      try {
        return await this.#read(reads);
      } catch (error) {
        if (!(error instanceof Reconnected)) throw error;
      }
    }
  }

  async #read(reads: readonly Read[]): Promise<SelectedRow[][]> {
    const lacks = this.#lacks;
    const fitting = lacks ? reads.map((read) => lacks.read(read)) : reads;
    const sent = fitting.filter((read) => read !== undefined);
    const results = await this.transact(
      sent.map(({ table, where, columns }) => ({
        op: 'select',
        table,
        where,
        columns: [...new Set(['_uuid', ...columns])],
      })),
    );
    const failed = results.find((result) => result && 'error' in result);
    if (failed) {
      if (!lacks && (await this.#isOlder())) return this.#read(reads);
      throw new Fatal(`transaction error: ${serialize(failed as Json, { sort: true })}`);
    }
    const rowsOf = new Map(sent.map((read, index) => [read, results[index]!.rows as WireRow[]]));
    return reads.map((read, index) => {
      const rows = rowsOf.get(fitting[index]!) ?? [];
      const { columns } = this.schema.tables.get(read.table)!;
      const decoded = rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [name, decodeValue(value, columns.get(name)!.type)]),
        ),
      );
      return lacks ? decoded.map((row) => lacks.row(read, row)) : decoded;
    });
  }

  /** Asked when a read has failed: the schema of most servers has all that is read, and need not be fetched. */
  async #isOlder(): Promise<boolean> {
    const lacks = new Lacks(this.schema, (await this.#request('get_schema', [NAME], FOREVER)) as Json);
    if (lacks.any) this.#lacks = lacks;
    return lacks.any;
  }

  /** Waits until one of some checks no longer holds. */
  async waitForChange(checks: readonly Operation[]): Promise<void> {
    const done = new AbortController();
    const ask = (check: Operation) =>
      this.transact([check], {
        ...FOREVER,
        signal: done.signal,
        onAbandoned: (id) => this.#connection.session.notify('cancel', [id]),
      });
    const asked = checks.filter((check) => this.#lacks?.concerns(check) ?? true).map(ask);
    try {
      await Promise.race(asked);
    } finally {
      done.abort();
      await Promise.allSettled(asked);
    }
  }

  async close(): Promise<void> {
    await this.#connection.session.close();
  }
}
