import type { CallOptions } from '../base/deadline.js';
import { OvsdbError, ProtocolError } from './errors.js';
import { type Condition, encodeWhere } from './operations.js';
import { type Row, type RowFactory, rowFactory } from './row.js';
import { columnSchema, type DatabaseSchema, tableSchema } from './schema.js';
import { type RowChange, Table } from './table.js';
import type { Atom, Wire, WireRow } from './values.js';
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

/** The variants of `<row-update2>` (ovsdb-server(7), section 4.1.12). */
interface RowUpdate {
  initial?: WireRow;
  insert?: WireRow;
  modify?: WireRow;
  delete?: null;
}
type TableUpdates = Record<string, Record<string, RowUpdate>>;

/** Waiting for ovs-vswitchd or for another client: long enough for a busy switch, and never for ever. */
const WAIT_TIMEOUT = 30_000;

export type ChangeListener = (changes: readonly RowChange[]) => void;

/**
 * A copy of the selected part of a database, kept true by `monitor_cond_since` (ovsdb-server(7), section 4.1.15).
 *
 * The server sends the changes of our own transaction before its reply (ovsdb-server(7), section 4.1.3), so that after
 * `await client.transact(...)` the replica shows what was committed.
 */
export class Replica implements AsyncDisposable {
  readonly id: string;
  readonly schema: DatabaseSchema;
  readonly #selection: Selection;
  readonly #cancel: (id: string) => Promise<void>;
  readonly #tables = new Map<string, Table>();
  readonly #factories = new Map<string, RowFactory>();
  readonly #watchers = new Watchers();
  readonly #listeners = new Set<ChangeListener>();
  /** Updates that came in the same breath as the first dump, before it was taken in. */
  #early: [updates: unknown, lastTransactionId: string][] | undefined = [];
  #lastTransactionId: string | undefined;
  #revision = 0;
  #ended: OvsdbError | undefined;

  /** Programs call `client.monitor()` instead. */
  constructor(id: string, schema: DatabaseSchema, selection: Selection, cancel: (id: string) => Promise<void>) {
    this.id = id;
    this.schema = schema;
    this.#selection = selection;
    this.#cancel = cancel;
    for (const [name, { columns, index = [] }] of Object.entries(selection)) {
      const table = tableSchema(schema, name);
      const monitored = new Set(columns ?? table.columns.keys());
      for (const column of monitored) columnSchema(table, column);
      const unique = table.indexes.flatMap((index) => (index.length === 1 ? index : []));
      const indexes = new Set([...unique.filter((column) => monitored.has(column)), ...index]);
      this.#tables.set(name, new Table(table, indexes));
      this.#factories.set(name, rowFactory(table, monitored));
    }
  }

  /** The `<monitor-cond-requests>` that ask the server for this replica's selection. */
  get requests(): Record<string, Wire> {
    return Object.fromEntries(
      Object.entries(this.#selection).map(([name, { columns, where }]) => [
        name,
        [
          {
            ...(columns ? { columns: columns.filter((column) => column !== '_uuid') } : {}),
            ...(where ? { where: encodeWhere(tableSchema(this.schema, name), where) } : {}),
          },
        ],
      ]),
    );
  }

  /** The database's last transaction that the replica has seen. */
  get lastTransactionId(): string | undefined {
    return this.#lastTransactionId;
  }

  /** Grows with every update: whether anything has changed since. */
  get revision(): number {
    return this.#revision;
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

  /** Takes the reply to `monitor_cond_since` in; for the client alone. */
  load(reply: unknown): void {
    if (!Array.isArray(reply)) throw new ProtocolError('the reply to monitor_cond_since is not a list');
    const [, lastTransactionId, updates] = reply as [boolean, string, unknown];
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const [update, id] of [[updates, lastTransactionId] as const, ...early]) this.apply(update, id);
  }

  /** Takes an update in, whole, and then tells whoever waits; for the client alone. */
  apply(updates: unknown, lastTransactionId: string): void {
    if (this.#ended) return;
    if (this.#early) {
      this.#early.push([updates, lastTransactionId]);
      return;
    }
    const changes: RowChange[] = [];
    for (const [name, rows] of Object.entries(updates as TableUpdates)) {
      const table = this.#tables.get(name);
      const factory = this.#factories.get(name);
      if (!table || !factory) throw new ProtocolError(`update of table ${name}, which is not monitored`);
      for (const [uuid, update] of Object.entries(rows)) {
        const old = table.get(uuid);
        const row = nextRow(factory, old, uuid, update, name);
        table.replace(old, row);
        changes.push({ table: name, uuid, old, new: row });
      }
    }
    this.#lastTransactionId = lastTransactionId;
    this.#revision++;
    this.#watchers.notify(changes, this.#tables);
    for (const listener of this.#listeners) {
      try {
        listener(changes);
      } catch (error) {
        // A listener's fault is not the connection's: it surfaces as an uncaught exception of its own.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** Ends every wait; for the client alone, when the connection has ended. */
  end(error: OvsdbError): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#watchers.failAll(error);
  }

  /** Stops monitoring. The rows stay readable as they are; waits end with `ERR_OVSDB_CLOSED`. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.end(new OvsdbError('ERR_OVSDB_CLOSED', `the replica of ${this.schema.name} was closed`));
    await this.#cancel(this.id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function nextRow(
  factory: RowFactory,
  old: Row | undefined,
  uuid: string,
  update: RowUpdate,
  table: string,
): Row | undefined {
  if (update.modify) {
    if (!old) throw new ProtocolError(`update modifies row ${uuid} of table ${table}, which was never inserted`);
    return factory.modify(old, update.modify);
  }
  const fresh = update.insert ?? update.initial;
  if (fresh) return factory.create(uuid, fresh);
  if ('delete' in update) return undefined;
  throw new ProtocolError(`update of row ${uuid} of table ${table} is none of insert, modify, delete`);
}
