import { SchemaError } from './errors.js';
import type { Row } from './row.js';
import type { TableSchema } from './schema.js';
import { TableIndex } from './table-index.js';
import type { Atom } from './values.js';

/** What happened to one row. `old` is undefined for a new row, `new` for a deleted one. */
export interface RowChange<T = Row> {
  readonly table: string;
  readonly uuid: string;
  readonly old: T | undefined;
  readonly new: T | undefined;
}

/** One table of a replica. */
export class Table<T extends { readonly _uuid: string } = Row> {
  readonly #rows = new Map<string, Row>();
  readonly #indexes = new Map<string, TableIndex>();

  #schema: TableSchema;

  constructor(schema: TableSchema, indexes: Iterable<string>) {
    this.#schema = schema;
    for (const spec of indexes) this.#indexes.set(spec, new TableIndex(schema, spec));
  }

  get schema(): TableSchema {
    return this.#schema;
  }

  /** Goes on with the schema that the database was converted to; an index on a column that is gone goes too. */
  adopt(schema: TableSchema): void {
    this.#schema = schema;
    for (const spec of [...this.#indexes.keys()]) {
      this.#indexes.delete(spec);
      if (!schema.columns.has(spec.split(':', 1)[0] as string)) continue;
      this.#indexes.set(spec, new TableIndex(schema, spec));
    }
  }

  get size(): number {
    return this.#rows.size;
  }

  /** The row of that uuid. */
  get(uuid: string): T | undefined {
    return this.#rows.get(uuid) as T | undefined;
  }

  /** All rows, in no order that means anything. */
  rows(): IterableIterator<T> {
    return this.#rows.values() as unknown as IterableIterator<T>;
  }

  /** The rows that have the value in an indexed column. @throws {SchemaError} when there is no such index. */
  findAll(index: string, value: Atom): readonly T[] {
    return this.#index(index)
      .get(value, this.#rows)
      .map((uuid) => this.#rows.get(uuid) as unknown as T);
  }

  /** The uuids of the rows that have the value in an indexed column, for who needs no more. @throws {SchemaError} */
  uuidsOf(index: string, value: Atom): readonly string[] {
    return this.#index(index).get(value, this.#rows);
  }

  /** Grows with every change of an indexed column: whether what was worked out of it still holds. @throws {SchemaError} */
  versionOf(index: string): number {
    return this.#index(index).version;
  }

  /** The row that has the value in an indexed column; the first, when several do. */
  find(index: string, value: Atom): T | undefined {
    const uuid = this.#index(index).first(value, this.#rows);
    return uuid === undefined ? undefined : (this.#rows.get(uuid) as T | undefined);
  }

  /** The values under which an index finds a row. */
  indexValues(index: string, row: T): readonly Atom[] {
    return this.#index(index).valuesOf(row as unknown as Row);
  }

  /** Those of `values` under which an index finds a row, or more of them; for the waits alone. */
  indexValuesAmong(index: string, row: Row, values: ReadonlyMap<Atom, unknown>): Iterable<Atom> {
    return this.#index(index).valuesAmong(row, values);
  }

  #index(spec: string): TableIndex {
    const index = this.#indexes.get(spec);
    if (index) return index;
    const known = [...this.#indexes.keys()].join(', ') || 'none';
    throw new SchemaError(`table ${this.#schema.name} has no index on ${spec}; its indexes: ${known}`);
  }

  /** Puts a row in the place of another; for the replica alone. */
  replace(old: Row | undefined, row: Row | undefined): void {
    for (const index of this.#indexes.values()) index.replace(old, row, this.#rows.size);
    if (row) this.#rows.set(row._uuid, row);
    else if (old) this.#rows.delete(old._uuid);
  }
}
