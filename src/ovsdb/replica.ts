import { type CallOptions, remaining } from '../base/deadline.js';
import { OvskitError } from '../base/errors.js';
import { callback, callKinds, checkCall, optionsCheck, text } from '../base/options.js';
import type { Session } from '../jsonrpc/index.js';
import { type ChangeBatch, ChangeStream } from './change-stream.js';
import { OvsdbError, ProtocolError } from './errors.js';
import { type Conditions, Monitor, type MonitorMethod } from './monitor.js';
import { type Row, type RowFactory, rowFactory } from './row.js';
import { type DatabaseSchema, tableSchema } from './schema.js';
import type { Selection } from './selection.js';
import { type RowChange, Table } from './table.js';
import { nextRow, type RowUpdate, type TableUpdates } from './updates.js';
import type { Atom } from './values.js';
import { type Predicate, type WaitOptions, Watchers } from './watchers.js';

/** What the replica needs of the client that feeds it. */
export interface ReplicaOwner {
  /** The session, once there is a connection. */
  ready(options: CallOptions): Promise<Session>;
  forget(replica: Replica): void;
}

/** Waiting for ovs-vswitchd or for another client: long enough for a busy switch, and never for ever. */
const WAIT_TIMEOUT = 30_000;

/** The connection's own deadline for first dumps is what ends a dump. */
const NO_DEADLINE = { timeout: Number.POSITIVE_INFINITY };

/** Of a wait for one row. */
type RowWaitOptions = WaitOptions & {
  /** What is waited for, in the error's words. */
  readonly what?: string | undefined;
};

const checkWait = optionsCheck<WaitOptions>({ ...callKinds, why: callback });
const checkRowWait = optionsCheck<RowWaitOptions>({ ...callKinds, why: callback, what: text });

/** Called with each batch of changes, when the replica has taken it in. */
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
  readonly #owner: ReplicaOwner;
  readonly #tables = new Map<string, Table>();
  readonly #factories = new Map<string, RowFactory>();
  readonly #monitor: Monitor;
  readonly #watchers = new Watchers();
  readonly #listeners = new Set<ChangeListener>();
  readonly #streams = new Set<ChangeStream>();
  /** Updates that came in the same breath as the first dump, before it was taken in. */
  #early: [updates: unknown, lastTransactionId: string | undefined][] | undefined = [];
  #loading: Promise<unknown> = Promise.resolve();
  #schema: DatabaseSchema;
  #lastTransactionId: string | undefined;
  #revision = 0;
  /** The rows held are of the schema before. */
  #converted = false;
  #ended: OvskitError | undefined;

  /** Programs call `client.monitor()` instead. */
  constructor(id: string, schema: DatabaseSchema, selection: Selection, owner: ReplicaOwner, method?: MonitorMethod) {
    this.id = id;
    this.#schema = schema;
    this.#owner = owner;
    this.#monitor = new Monitor(id, schema, selection, method);
    for (const [name, { index = [] }] of Object.entries(selection)) {
      const table = tableSchema(schema, name);
      const columns = this.#monitor.columns(name);
      const unique = table.indexes.flatMap((index) => (index.length === 1 ? index : []));
      const indexes = new Set([...unique.filter((column) => columns.includes(column)), ...index]);
      this.#tables.set(name, new Table(table, indexes));
      this.#factories.set(name, rowFactory(table, columns));
    }
  }

  /** The database's schema; another one after the database was converted. */
  get schema(): DatabaseSchema {
    return this.#schema;
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
  async waitUntil<T>(what: string, predicate: Predicate<T>, options: WaitOptions = {}): Promise<T> {
    checkWait('waitUntil', options);
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
    options: RowWaitOptions = {},
  ): Promise<T> {
    checkRowWait('waitForRow', options);
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
  async changeConditions(conditions: Conditions, options: CallOptions = {}): Promise<void> {
    checkCall('changeConditions', options);
    if (this.#ended) throw this.#ended;
    for (const name of Object.keys(conditions)) this.table(name);
    const rest = remaining(options, WAIT_TIMEOUT);
    const ready = async () => {
      const session = await this.#owner.ready(rest());
      // A database that is being converted has no monitor to change for a moment.
      await this.#loading;
      return session;
    };
    await this.#monitor.change(conditions, ready, rest);
  }

  /** Fills the replica, or brings it up to date, on a fresh session; for the client alone. */
  async load(session: Session, options: CallOptions = NO_DEADLINE): Promise<void> {
    const loading = this.#load(session, options);
    this.#loading = loading.catch(() => {});
    await loading;
  }

  async #load(session: Session, options: CallOptions): Promise<void> {
    this.#early = [];
    const { found, lastTransactionId, updates } = await this.#monitor.begin(session, this.#lastTransactionId, options);
    const early = this.#early ?? [];
    this.#early = undefined;
    if (found) this.apply(updates, lastTransactionId);
    else this.#takeIn(() => this.#reload(updates, lastTransactionId));
    for (const [update, id] of early) this.apply(update, id);
  }

  /**
   * Goes on with the schema that the database was converted to; for the client alone, before it loads again.
   *
   * @throws {SchemaError} when the new schema lacks what the replica holds.
   */
  adopt(schema: DatabaseSchema): void {
    if (schema === this.#schema) return;
    this.#monitor.adopt(schema);
    this.#schema = schema;
    this.#lastTransactionId = undefined;
    this.#converted = true;
    for (const [name, table] of this.#tables) {
      const converted = tableSchema(schema, name);
      table.adopt(converted);
      this.#factories.set(name, rowFactory(converted, this.#monitor.columns(name)));
    }
  }

  /** Takes an update in, whole, and then tells whoever waits; for the client alone. */
  apply(updates: unknown, lastTransactionId?: string): void {
    if (this.#ended) return;
    if (this.#early) this.#early.push([updates, lastTransactionId]);
    else this.#takeIn(() => this.#update(updates as TableUpdates, lastTransactionId));
  }

  /** After an update that makes no sense nothing can be resumed from: the next load is a whole one. */
  #takeIn(update: () => void): void {
    try {
      update();
    } catch (error) {
      this.#lastTransactionId = undefined;
      if (error instanceof OvskitError) throw error;
      throw new ProtocolError(`an update of ${this.#schema.name} makes no sense`, { cause: error });
    }
  }

  #update(updates: TableUpdates, lastTransactionId: string | undefined): void {
    const changes: RowChange[] = [];
    for (const [name, rows] of Object.entries(updates)) {
      const { table, factory } = this.#monitored(name);
      for (const [key, update] of Object.entries(rows)) {
        const uuid = update._uuid ?? key;
        const old = table.get(uuid);
        const row = nextRow(factory, old, uuid, update, name);
        table.replace(old, row);
        changes.push({ table: name, uuid, old, new: row });
      }
    }
    this.#settle(changes, lastTransactionId, false);
  }

  /** Takes a whole dump in, in the place of what is held; only rows that differ count as changed. */
  #reload(updates: TableUpdates, lastTransactionId: string | undefined): void {
    const fresh = this.#revision === 0;
    const changes: RowChange[] = [];
    for (const name of this.#tables.keys()) {
      const { table, factory } = this.#monitored(name);
      const rows: Record<string, RowUpdate> = updates[name] ?? {};
      for (const old of [...table.rows()]) {
        if (Object.hasOwn(rows, old._uuid)) continue;
        table.replace(old, undefined);
        changes.push({ table: name, uuid: old._uuid, old, new: undefined });
      }
      for (const [uuid, update] of Object.entries(rows)) {
        const old = table.get(uuid);
        const row = nextRow(factory, undefined, uuid, update, name);
        const same = old !== undefined && row !== undefined && factory.same(old, row);
        if (same && !this.#converted) continue;
        table.replace(old, row);
        if (!same) changes.push({ table: name, uuid, old, new: row });
      }
    }
    this.#converted = false;
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
  end(error: OvskitError, closed = false): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#watchers.failAll(error);
    for (const stream of this.#streams) stream.end(closed ? undefined : error);
  }

  /** Stops monitoring. The rows stay readable as they are; waits end with `ERR_OVSDB_CLOSED`, streams end. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.end(new OvsdbError('ERR_OVSDB_CLOSED', `the replica of ${this.#schema.name} was closed`), true);
    this.#owner.forget(this);
  }

  /** For `await using`: ends as `close` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
