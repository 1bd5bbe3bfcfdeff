import type { CallOptions } from '../base/deadline.js';
import { ConnectionLostError, RemoteError, type Session } from '../jsonrpc/index.js';
import { OvsdbError, ProtocolError } from './errors.js';
import { type Condition, encodeWhere } from './operations.js';
import { countLoss } from './resend.js';
import { columnSchema, type DatabaseSchema, type TableSchema, tableSchema } from './schema.js';
import { checkSelection, type Selection } from './selection.js';
import type { TableUpdates } from './updates.js';
import type { Wire } from './values.js';

/** Conditions by table; `undefined` stands for all rows. */
export type Conditions = { readonly [table: string]: readonly Condition[] | undefined };

/** The monitor methods, the most able first; a server that lacks one is asked for the next. */
export const METHODS = ['monitor_cond_since', 'monitor_cond', 'monitor'] as const;
/** The request that a replica is kept by, newest first. */
export type MonitorMethod = (typeof METHODS)[number];

/** What a client that has seen nothing yet has seen last (ovsdb-server(7), section 4.1.15). */
const NO_TRANSACTION = '00000000-0000-0000-0000-000000000000';

/** What the server sends when a monitor begins. */
export interface Dump {
  /** Just the difference to what was there after the transaction named. */
  readonly found: boolean;
  readonly lastTransactionId: string | undefined;
  readonly updates: TableUpdates;
}

/**
 * The server's side of a replica: which tables, columns and rows it is asked to send, and by which method. Conditions can
 * change while it runs, which makes the last transaction seen no good to resume from until the server has confirmed them.
 */
export class Monitor {
  readonly id: string;
  readonly #tables: readonly string[];
  readonly #columns = new Map<string, readonly string[]>();
  readonly #where = new Map<string, readonly Condition[]>();
  #schema: DatabaseSchema;
  #method: MonitorMethod;
  /** Counts changes of conditions; then the last that the server confirmed. */
  #version = 0;
  #confirmed = 0;

  /** @throws {SchemaError} naming the table or column that the schema has not; `ERR_INVALID_ARGUMENT`. */
  constructor(id: string, schema: DatabaseSchema, selection: Selection, method: MonitorMethod = METHODS[0]) {
    checkSelection(selection);
    this.id = id;
    this.#schema = schema;
    this.#method = method;
    this.#tables = Object.keys(selection);
    for (const [name, { columns, where }] of Object.entries(selection)) {
      if (columns) this.#columns.set(name, withoutUuid(columns));
      if (where) this.#where.set(name, where);
    }
    this.#check(schema);
  }

  /** The columns of a table that are monitored. */
  columns(table: string): readonly string[] {
    return this.#columns.get(table) ?? declared(tableSchema(this.#schema, table));
  }

  /** Goes on with another schema. @throws {SchemaError} when it lacks what is monitored. */
  adopt(schema: DatabaseSchema): void {
    this.#check(schema);
    this.#schema = schema;
  }

  #check(schema: DatabaseSchema): void {
    for (const name of this.#tables) {
      const table = tableSchema(schema, name);
      for (const column of this.#columns.get(name) ?? []) columnSchema(table, column);
      encodeWhere(table, this.#where.get(name) ?? []);
    }
  }

  /**
   * Begins on a session. What came in since `lastTransactionId` will do, unless the conditions have changed since.
   *
   * @throws what `Session.request` throws; {@link ProtocolError}.
   */
  async begin(session: Session, lastTransactionId: string | undefined, options: CallOptions): Promise<Dump> {
    // Without this the server would go on sending updates that nobody reads.
    const onAbandoned = () => void session.request('monitor_cancel', [this.id]).catch(() => {});
    for (;;) {
      const method = this.#method;
      const version = this.#version;
      const since = (this.#confirmed === version ? lastTransactionId : undefined) ?? NO_TRANSACTION;
      const params: unknown[] = [this.#schema.name, this.id, this.#requests()];
      if (method === 'monitor_cond_since') params.push(since);
      try {
        const dump = readDump(session, method, await session.request(method, params, { ...options, onAbandoned }));
        this.#confirmed = Math.max(this.#confirmed, version);
        return dump;
      } catch (error) {
        const next = METHODS[METHODS.indexOf(method) + 1];
        if (!next || !(error instanceof RemoteError) || error.error !== 'unknown method') throw error;
        this.#method = next;
      }
    }
  }

  /**
   * Changes conditions, and returns when the rows that the server sends, and has sent, are just those that meet them.
   *
   * @param ready the session, once the monitor has begun on it.
   */
  async change(conditions: Conditions, ready: () => Promise<Session>, options: () => CallOptions): Promise<void> {
    if (this.#method === 'monitor') {
      throw new OvsdbError('ERR_OVSDB_NOT_SUPPORTED', 'this server has no conditional monitors');
    }
    const changes = this.#changes(conditions);
    for (let losses = 0; ; ) {
      const session = await ready();
      const restore = this.#replace(conditions);
      const version = ++this.#version;
      const sentAt = performance.now();
      try {
        await session.request('monitor_cond_change', [this.id, this.id, changes], options());
        this.#confirmed = Math.max(this.#confirmed, version);
        return;
      } catch (error) {
        const lost = error instanceof ConnectionLostError;
        // Refused, so that the server still goes by the old ones; or lost, maybe by their fault: the next connection is
        // made without them.
        if (lost || error instanceof RemoteError) restore();
        if (!lost) throw error;
        losses = countLoss(losses, sentAt, `change of the conditions of monitor ${this.id}`, error);
      }
    }
  }

  /** @returns what puts the old ones back, of the tables whose conditions nobody has changed since. */
  #replace(conditions: Conditions): () => void {
    const before = Object.entries(conditions).map(([name, where]) => [name, where, this.#where.get(name)] as const);
    const put = (name: string, where: readonly Condition[] | undefined) => {
      if (where) this.#where.set(name, where);
      else this.#where.delete(name);
    };
    for (const [name, where] of before) put(name, where);
    return () => {
      for (const [name, where, old] of before) if (this.#where.get(name) === where) put(name, old);
    };
  }

  /** `<monitor-cond-update-requests>`; an empty list of conditions would mean all rows to some servers, and none to others. */
  #changes(conditions: Conditions): Record<string, Wire> {
    return Object.fromEntries(
      Object.entries(conditions).map(([name, where]) => [name, [{ where: this.#wireWhere(name, where) ?? [true] }]]),
    );
  }

  /** `<monitor-cond-requests>`. */
  #requests(): Record<string, Wire> {
    return Object.fromEntries(
      this.#tables.map((name) => {
        // Named even when all are wanted: the server would send `_version` besides, which nobody reads.
        const columns = this.columns(name);
        const where = this.#method === 'monitor' ? undefined : this.#wireWhere(name, this.#where.get(name));
        return [name, [{ columns, ...(where ? { where } : {}) }]];
      }),
    );
  }

  #wireWhere(name: string, where: readonly Condition[] | undefined): Wire | undefined {
    return where && encodeWhere(tableSchema(this.#schema, name), where);
  }
}

/** The columns that the schema lists, without those that every row has. */
function declared(table: TableSchema): string[] {
  return [...table.columns.keys()].filter((column) => column !== '_uuid' && column !== '_version');
}

function withoutUuid(columns: Iterable<string>): string[] {
  return [...new Set(columns)].filter((column) => column !== '_uuid');
}

function readDump(session: Session, method: MonitorMethod, reply: unknown): Dump {
  const parts = method === 'monitor_cond_since' ? reply : [false, undefined, reply];
  if (!Array.isArray(parts) || typeof parts[2] !== 'object' || parts[2] === null) {
    throw new ProtocolError(`${session.name}: the reply to ${method} is not one`);
  }
  const [found, lastTransactionId, updates] = parts;
  return { found: found === true, lastTransactionId, updates };
}
