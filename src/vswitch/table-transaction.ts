import { columnSchema, tableSchema } from '../ovsdb/schema.js';
import { type Atom, isUuid, type Value } from '../ovsdb/values.js';
import { type Draft, type DraftRow, type Members, type Read, Unread } from './draft/index.js';

/** Columns by name, as the schema types them: atoms, `null`, arrays, Maps. */
export type ColumnValues = Readonly<Record<string, Value>>;

/** The database commands of ovs-vsctl(8), which work on any table. Rows and columns are as the changes so far make them. */
export class TableTransaction {
  /** For what is built on it, in this folder. */
  protected readonly draft: Draft;

  constructor(draft: Draft) {
    this.draft = draft;
  }

  /** The row of a table whose column has a value: what the methods below work on. */
  find(table: string, column: string, value: Atom): DraftRow | undefined {
    return this.draft.find(table, column, value)[0];
  }

  /**
   * The row that a record of ovs-vsctl(8) names: a bridge, port or interface by its name, any row by its uuid, and that
   * of Open_vSwitch by `.`.
   */
  record(table: string, record: string): DraftRow | undefined {
    if (table === 'Open_vSwitch' && record === '.') return this.draft.rows(table)[0];
    if (isUuid(record)) return this.draft.row(table, record);
    return tableSchema(this.draft.schema, table).columns.has('name') ? this.find(table, 'name', record) : undefined;
  }

  /** All rows whose column has a value; without a column, all rows. Equivalent to `find TABLE COLUMN=VALUE` and `list TABLE`. */
  list(table: string, column?: string, value?: Atom): DraftRow[] {
    return column === undefined ? this.draft.rows(table) : this.draft.find(table, column, value as Atom);
  }

  /** The rows whose column refers to a row. */
  referrers(table: string, column: string, row: DraftRow): DraftRow[] {
    return this.draft.referrers(table, column, row.uuid);
  }

  /** Equivalent to `get TABLE RECORD COLUMN`. */
  get(row: DraftRow, column: string): Value {
    return this.draft.get(row, column);
  }

  /**
   * Columns of rows, all that is not known yet read together: of each row those that are named, or all but statistics and
   * the like; and all rows of `tables` with them.
   */
  getAll(
    rows: readonly DraftRow[],
    columns?: readonly string[],
    tables: readonly string[] = [],
  ): ReadonlyMap<string, Value>[] {
    const missing = new Map<string, Read>();
    const attempt = <T>(read: () => T): T | undefined => {
      try {
        return read();
      } catch (error) {
        if (!(error instanceof Unread)) throw error;
        for (const each of error.reads) missing.set(JSON.stringify([each.table, each.where]), each);
        return undefined;
      }
    };
    for (const table of tables) attempt(() => this.draft.rows(table));
    const values = rows.map((row) => {
      const names = columns ?? this.#lastingColumns(row.table);
      return attempt(() => new Map(names.map((name) => [name, this.draft.get(row, name)])));
    });
    if (missing.size > 0) throw new Unread([...missing.values()]);
    return values as ReadonlyMap<string, Value>[];
  }

  /** What a configuration consists of: neither uuids, nor what is lost when the server ends. */
  #lastingColumns(table: string): string[] {
    const { columns } = tableSchema(this.draft.schema, table);
    return [...columns.values()]
      .filter((each) => !each.ephemeral && !each.name.startsWith('_'))
      .map(({ name }) => name);
  }

  /**
   * Equivalent to `create TABLE COLUMN=VALUE...`; the row's `uuid` stands for it as a value in the same transaction.
   *
   * @param uuid what the row gets as its uuid (Open vSwitch 2.13 and later); one of the server's choice without it.
   */
  create(table: string, columns: ColumnValues, uuid?: string): DraftRow {
    return this.draft.insert(table, columns, uuid, uuid !== undefined);
  }

  /** Equivalent to `set TABLE RECORD COLUMN=VALUE...`. */
  set(row: DraftRow, columns: ColumnValues): void {
    for (const [column, value] of Object.entries(columns)) this.draft.set(row, column, value);
  }

  /**
   * Equivalent to `add TABLE RECORD COLUMN [KEY=]VALUE...`: elements, or pairs that replace those of their keys.
   *
   * @param options `always`: sent although it changes nothing, so that ovs-vswitchd looks again.
   */
  add(
    row: DraftRow,
    column: string,
    members: readonly Atom[] | ReadonlyMap<Atom, Atom>,
    options: { always?: boolean | undefined } = {},
  ): void {
    this.draft.put(row, column, toMembers(members), options.always);
  }

  /** Equivalent to `remove TABLE RECORD COLUMN KEY|VALUE|KEY=VALUE...`. */
  remove(row: DraftRow, column: string, members: readonly Atom[] | ReadonlyMap<Atom, Atom>): void {
    this.draft.remove(row, column, toMembers(members));
  }

  /** Equivalent to `clear TABLE RECORD COLUMN...`. */
  clear(row: DraftRow, ...columns: string[]): void {
    const table = tableSchema(this.draft.schema, row.table);
    for (const column of columns) {
      const { type } = columnSchema(table, column);
      this.draft.set(row, column, type.value ? new Map() : type.max === 1 ? null : []);
    }
  }

  /** Equivalent to `destroy TABLE RECORD`: rows of most tables go when nothing refers to them any more, and not before. */
  destroy(row: DraftRow): void {
    this.draft.delete(row);
  }

  /** Makes the commit fail, and the transaction be built anew, if columns of the row are no longer what was read. */
  verify(row: DraftRow, ...columns: string[]): void {
    this.draft.guardRow(row, columns);
  }
}

function toMembers(members: readonly Atom[] | ReadonlyMap<Atom, Atom>): Members {
  return members instanceof Map ? [...members] : (members as readonly Atom[]).map((each) => [each, undefined]);
}
