import type { CallOptions } from '../base/deadline.js';
import { RemoteError, type Session } from '../jsonrpc/index.js';
import { type ChangeBatch, ChangeStream } from './change-stream.js';
import { OvsdbError, ProtocolError } from './errors.js';
import { type Condition, encodeWhere } from './operations.js';
import { type Row, type RowFactory, rowFactory } from './row.js';
import { columnSchema, type DatabaseSchema, tableSchema } from './schema.js';
import { type RowChange, Table } from './table.js';
import { nextRow, type RowUpdate, type TableUpdates } from './updates.js';
import type { Atom, Wire } from './values.js';
import { type Predicate, Watchers } from './watchers.js';

/** What a replica holds of one table. */
export interface TableSelection {
  /** All columns when left out. */
  readonly columns?: readonly string[] | undefined;
  /** Only rows that meet any of these conditions; all when left out (ovsdb-server(7), section 4.1.12). */
  readonly where?: readonly Condition[] | undefined;
  /**
   * Columns to find rows by, besides those that the schema makes unique (`name`, mostly). `COLUMN:KEY` indexes a map
   * by one of its keys, such as `external_ids:iface-id`; a set is indexed by each of its elements.
   */
  readonly index?: readonly string[] | undefined;
}

/** The tables of a replica. */
export type Selection = { readonly [table: string]: TableSelection };

/** The monitor methods, the most able first; a server that lacks one is asked for the next. */
const METHODS = ['monitor_cond_since', 'monitor_cond', 'monitor'] as const;
export type MonitorMethod = (typeof METHODS)[number];

/** What the replica needs of the client that feeds it. */
export interface ReplicaOwner {
  /** The session, once there is a connection. */
  ready(options: CallOptions): Promise<Session>;
  forget(replica: Replica): void;
}

/** What a client that has seen nothing yet has seen last (ovsdb-server(7), section 4.1.15). */
const NO_TRANSACTION = '00000000-0000-0000-0000-000000000000';

/** Waiting for ovs-vswitchd or for another client: long enough for a busy switch, and never for ever. */
const WAIT_TIMEOUT = 30_000;

/** The connection's own deadline for first dumps is what ends a dump. */
const NO_DEADLINE = { timeout: Number.POSITIVE_INFINITY };

export type ChangeListener = (changes: readonly RowChange[], resync: boolean) => void;

/**
 * A copy of the selected part of a database, kept true by `monitor_cond_since` (ovsdb-server(7), section 4.1.15), across
 * reconnects: where the server remembers what we saw last, it sends only the difference; else the whole, which is compared.
 *
 * The server sends the changes of our own transaction before its reply (ovsdb-server(7), section 4.1.3), so that after
 * `await client.transact(...)` the replica shows what was committed.
 */
export class Replica implements AsyncDisposable {
  readonly id: string;
  readonly schema: DatabaseSchema;
  readonly #owner: ReplicaOwner;
  readonly #tables = new Map<string, Table>();
  readonly #factories = new Map<string, RowFactory>();
  readonly #columns = new Map<string, readonly string[]>();
  readonly #where = new Map<string, readonly Condition[]>();
  readonly #watchers = new Watchers();
  readonly #listeners = new Set<ChangeListener>();
  readonly #streams = new Set<ChangeStream>();
  /** Updates that came in the same breath as the first dump, before it was taken in. */
  #early: [updates: unknown, lastTransactionId: string | undefined][] | undefined = [];
  #method: MonitorMethod;
  #lastTransactionId: string | undefined;
  /** Conditions that were asked for and that the server has not confirmed yet. */
  #unconfirmed = 0;
  #revision = 0;
  #ended: OvsdbError | undefined;

  /** Programs call `client.monitor()` instead. */
  constructor(
    id: string,
    schema: DatabaseSchema,
    selection: Selection,
    owner: ReplicaOwner,
    method: MonitorMethod = METHODS[0],
  ) {
    this.id = id;
    this.schema = schema;
    this.#owner = owner;
    this.#method = method;
    for (const [name, { columns, where, index = [] }] of Object.entries(selection)) {
      const table = tableSchema(schema, name);
      const monitored = [...new Set(columns ?? table.columns.keys())].filter((column) => column !== '_uuid');
      for (const column of monitored) columnSchema(table, column);
      const unique = table.indexes.flatMap((index) => (index.length === 1 ? index : []));
      const indexes = new Set([...unique.filter((column) => monitored.includes(column)), ...index]);
      this.#tables.set(name, new Table(table, indexes));
      this.#factories.set(name, rowFactory(table, monitored));
      if (columns) this.#columns.set(name, monitored);
      if (where) this.#where.set(name, where);
    }
    this.#requests();
  }

  /** The database's last transaction that the replica has seen, where the server tells. */
  get lastTransactionId(): string | undefined {
    return this.#lastTransactionId;
  }

  /** Grows with every update: whether anything has changed since. */
  get revision(): number {
    return this.#revision;
  }

  /** The number of rows held, in all tables. */
  get size(): number {
    let size = 0;
    for (const table of this.#tables.values()) size += table.size;
    return size;
  }

  /** A table of the selection. @throws {OvsdbError} when the replica does not hold it. */
  table<T extends { readonly _uuid: string } = Row>(name: string): Table<T> {
    const table = this.#tables.get(name);
    if (!table) {
      throw new OvsdbError(
        'ERR_OVSDB_NOT_MONITORED',
        `the replica does not hold table ${name}; it holds ${[...this.#tables.keys()].join(', ')}`,
      );
    }
    return table as unknown as Table<T>;
  }

  /** Calls `listener` after every update, with what it changed. @returns what takes the listener off again. */
  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * The changes from now on, in order, with old and new rows. A slow reader gets the changes to a row joined into one,
   * and never misses any. The stream ends with the replica; `break` ends it too.
   */
  changes(): AsyncIterableIterator<ChangeBatch> {
    const stream: ChangeStream = new ChangeStream(() => this.#streams.delete(stream));
    this.#streams.add(stream);
    if (this.#ended) stream.end(this.#ended);
    return stream;
  }

  /**
   * Waits until the predicate returns something other than `undefined` or `false`, and returns that. It is asked at once
   * and then after every update.
   *
   * @param options `timeout` in milliseconds, 30 000 by default.
   * @throws {TimeoutError} `ERR_TIMEOUT`; `AbortedError`; the error that ended the connection; what the predicate throws.
   */
  async waitUntil<T>(what: string, predicate: Predicate<T>, options: CallOptions = {}): Promise<T> {
    if (this.#ended) throw this.#ended;
    return this.#watchers.wait(what, predicate, options, WAIT_TIMEOUT);
  }

  /**
   * Like {@link waitUntil}, asked only when a row changes that the index finds by `value`: cheap when thousands wait.
   * The predicate gets the row as it is now, or `undefined` when there is none.
   */
  async waitForRow<T, R extends { readonly _uuid: string } = Row>(
    [table, index, value]: readonly [table: string, index: string, value: Atom],
    predicate: (row: R | undefined) => T | undefined | false,
    options: CallOptions & { what?: string } = {},
  ): Promise<T> {
    if (this.#ended) throw this.#ended;
    const rows = this.table<R>(table);
    const what = options.what ?? `waiting for ${table} ${String(value)}`;
    return this.#watchers.waitForRow(
      what,
      [table, index, value],
      () => predicate(rows.find(index, value)),
      options,
      WAIT_TIMEOUT,
    );
  }

  /**
   * Changes which rows of tables the replica holds (`monitor_cond_change`, ovsdb-server(7), section 4.1.13). When the
   * call returns, the replica holds just the rows that meet the conditions; `undefined` stands for all rows.
   *
   * @param options `timeout` in milliseconds, 30 000 by default.
   */
  async changeConditions(
    conditions: { readonly [table: string]: readonly Condition[] | undefined },
    options: CallOptions = {},
  ): Promise<void> {
    if (this.#ended) throw this.#ended;
    if (this.#method === 'monitor') {
      throw new OvsdbError('ERR_OVSDB_NOT_SUPPORTED', 'this server has no conditional monitors');
    }
    for (const [name, where] of Object.entries(conditions)) {
      const { schema } = this.table(name);
      if (where) {
        encodeWhere(schema, where);
        this.#where.set(name, where);
      } else {
        this.#where.delete(name);
      }
    }
    const changed = Object.keys(conditions);
    this.#unconfirmed++;
    try {
      const session = await this.#owner.ready(options);
      const requests = Object.fromEntries(changed.map((name) => [name, [{ where: this.#wireWhere(name) ?? [true] }]]));
      await session.request('monitor_cond_change', [this.id, this.id, requests], options);
    } finally {
      this.#unconfirmed--;
    }
  }

  /** Fills the replica, or brings it up to date, on a fresh session; for the client alone. */
  async load(session: Session, options: CallOptions = NO_DEADLINE): Promise<void> {
    this.#early = [];
    const since = this.#unconfirmed === 0 ? this.#lastTransactionId : undefined;
    const [found, lastTransactionId, updates] = await this.#dump(session, since ?? NO_TRANSACTION, options);
    const early = this.#early ?? [];
    this.#early = undefined;
    if (found) this.apply(updates, lastTransactionId);
    else this.#reload(updates, lastTransactionId);
    for (const [update, id] of early) this.apply(update, id);
  }

  async #dump(
    session: Session,
    since: string,
    options: CallOptions,
  ): Promise<[found: boolean, lastTransactionId: string | undefined, updates: unknown]> {
    const database = this.schema.name;
    // Without this the server would go on sending updates that nobody reads.
    const onAbandoned = () => void session.request('monitor_cancel', [this.id]).catch(() => {});
    for (;;) {
      const params = [database, this.id, this.#requests()];
      if (this.#method === 'monitor_cond_since') params.push(since);
      try {
        const reply = await session.request(this.#method, params, { ...options, onAbandoned });
        if (this.#method !== 'monitor_cond_since') return [false, undefined, reply];
        if (!Array.isArray(reply))
          throw new ProtocolError(`${session.name}: the reply to ${this.#method} is not a list`);
        return reply as [boolean, string, unknown];
      } catch (error) {
        const next = METHODS[METHODS.indexOf(this.#method) + 1];
        if (!next || !(error instanceof RemoteError) || error.error !== 'unknown method') throw error;
        this.#method = next;
      }
    }
  }

  /** The `<monitor-cond-requests>` that ask the server for this replica's selection. */
  #requests(): Record<string, Wire> {
    return Object.fromEntries(
      [...this.#tables.keys()].map((name) => {
        const columns = this.#columns.get(name);
        const where = this.#method === 'monitor' ? undefined : this.#wireWhere(name);
        return [name, [{ ...(columns ? { columns } : {}), ...(where ? { where } : {}) }]];
      }),
    );
  }

  #wireWhere(name: string): Wire | undefined {
    const where = this.#where.get(name);
    return where && encodeWhere(tableSchema(this.schema, name), where);
  }

  /** Takes an update in, whole, and then tells whoever waits; for the client alone. */
  apply(updates: unknown, lastTransactionId?: string): void {
    if (this.#ended) return;
    if (this.#early) {
      this.#early.push([updates, lastTransactionId]);
      return;
    }
    const changes: RowChange[] = [];
    for (const [name, rows] of Object.entries(updates as TableUpdates)) {
      const { table, factory } = this.#monitored(name);
      for (const [uuid, update] of Object.entries(rows)) {
        const old = table.get(uuid);
        const row = nextRow(factory, old, uuid, update, name);
        table.replace(old, row);
        changes.push({ table: name, uuid, old, new: row });
      }
    }
    this.#settle(changes, lastTransactionId, false);
  }

  /** Takes a whole dump in, in the place of what is held; only rows that differ count as changed. */
  #reload(updates: unknown, lastTransactionId: string | undefined): void {
    const fresh = this.#revision === 0;
    const changes: RowChange[] = [];
    for (const [name, { size }] of this.#tables) {
      const { table, factory } = this.#monitored(name);
      const rows: Record<string, RowUpdate> = (updates as TableUpdates)[name] ?? {};
      if (size > 0) {
        for (const old of [...table.rows()]) {
          if (Object.hasOwn(rows, old._uuid)) continue;
          table.replace(old, undefined);
          changes.push({ table: name, uuid: old._uuid, old, new: undefined });
        }
      }
      for (const [uuid, update] of Object.entries(rows)) {
        const old = table.get(uuid);
        const row = nextRow(factory, undefined, uuid, update, name);
        if (old && row && factory.same(old, row)) continue;
        table.replace(old, row);
        changes.push({ table: name, uuid, old, new: row });
      }
    }
    this.#settle(changes, lastTransactionId, !fresh);
  }

  #monitored(name: string): { table: Table; factory: RowFactory } {
    const table = this.#tables.get(name);
    const factory = this.#factories.get(name);
    if (!table || !factory) throw new ProtocolError(`update of table ${name}, which is not monitored`);
    return { table, factory };
  }

  #settle(changes: readonly RowChange[], lastTransactionId: string | undefined, resync: boolean): void {
    this.#lastTransactionId = lastTransactionId;
    this.#revision++;
    this.#watchers.notify(changes, this.#tables);
    for (const stream of this.#streams) stream.push(changes, resync);
    for (const listener of this.#listeners) {
      try {
        listener(changes, resync);
      } catch (error) {
        // A listener's fault is not the connection's: it surfaces as an uncaught exception of its own.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** Ends every wait and stream; for the client alone, when it has ended. */
  end(error: OvsdbError, closed = false): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#watchers.failAll(error);
    for (const stream of this.#streams) stream.end(closed ? undefined : error);
  }

  /** Stops monitoring. The rows stay readable as they are; waits end with `ERR_OVSDB_CLOSED`, streams end. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.end(new OvsdbError('ERR_OVSDB_CLOSED', `the replica of ${this.schema.name} was closed`), true);
    this.#owner.forget(this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
