import { SchemaError } from './errors.js';
import type { Row } from './row.js';
import { columnSchema, type TableSchema } from './schema.js';
import type { Atom, Value } from './values.js';

/** What happened to one row. `old` is undefined for a new row, `new` for a deleted one. */
export interface RowChange<T = Row> {
  readonly table: string;
  readonly uuid: string;
  readonly old: T | undefined;
  readonly new: T | undefined;
}

/** The rows that share an index value; one alone stands for itself, which is the common case. */
type Bucket = Row | Row[];

/** One index: by a column, by the elements of a set column, or by a key of a map column (`external_ids:iface-id`). */
class Index {
  readonly #buckets = new Map<Atom, Bucket>();
  readonly #column: string;
  readonly #key: string | undefined;

  constructor(spec: string) {
    const colon = spec.indexOf(':');
    this.#column = colon < 0 ? spec : spec.slice(0, colon);
    this.#key = colon < 0 ? undefined : spec.slice(colon + 1);
  }

  /** The values under which a row is found. */
  valuesOf(row: Row): readonly Atom[] {
    const value: Value | undefined = row[this.#column];
    if (value === null || value === undefined) return [];
    if (Array.isArray(value)) return value;
    if (value instanceof Map) {
      const atom: Atom | undefined = this.#key === undefined ? undefined : value.get(this.#key);
      return atom === undefined ? [] : [atom];
    }
    return [value as Atom];
  }

  add(row: Row): void {
    for (const value of this.valuesOf(row)) {
      const bucket = this.#buckets.get(value);
      if (!bucket) this.#buckets.set(value, row);
      else if (Array.isArray(bucket)) bucket.push(row);
      else this.#buckets.set(value, [bucket, row]);
    }
  }

  remove(row: Row): void {
    for (const value of this.valuesOf(row)) {
      const bucket = this.#buckets.get(value);
      if (Array.isArray(bucket)) {
        const rest = bucket.filter((other) => other !== row);
        this.#buckets.set(value, rest.length === 1 ? (rest[0] as Row) : rest);
      } else if (bucket === row) {
        this.#buckets.delete(value);
      }
    }
  }

  get(value: Atom): readonly Row[] {
    const bucket = this.#buckets.get(value);
    if (!bucket) return [];
    return Array.isArray(bucket) ? bucket : [bucket];
  }
}

/** One table of a replica. */
export class Table<T extends { readonly _uuid: string } = Row> {
  readonly #rows = new Map<string, Row>();
  readonly #indexes = new Map<string, Index>();

  constructor(
    readonly schema: TableSchema,
    indexes: Iterable<string>,
  ) {
    for (const spec of indexes) {
      const column = columnSchema(schema, spec.split(':', 1)[0] as string);
      if (column.type.value && !spec.includes(':')) {
        throw new SchemaError(
          `index on ${schema.name}.${spec}: a map is indexed by one of its keys, as in "${spec}:KEY"`,
        );
      }
      this.#indexes.set(spec, new Index(spec));
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
    return this.#index(index).get(value) as unknown as readonly T[];
  }

  /** The row that has the value in an indexed column; the first, when several do. */
  find(index: string, value: Atom): T | undefined {
    return this.findAll(index, value)[0];
  }

  /** The values under which an index finds a row. */
  indexValues(index: string, row: T): readonly Atom[] {
    return this.#index(index).valuesOf(row as unknown as Row);
  }

  #index(spec: string): Index {
    const index = this.#indexes.get(spec);
    if (index) return index;
    const known = [...this.#indexes.keys()].join(', ') || 'none';
    throw new SchemaError(`table ${this.schema.name} has no index on ${spec}; its indexes: ${known}`);
  }

  /** Puts a row in the place of another; for the replica alone. */
  replace(old: Row | undefined, row: Row | undefined): void {
    for (const index of this.#indexes.values()) {
      if (old) index.remove(old);
      if (row) index.add(row);
    }
    if (row) this.#rows.set(row._uuid, row);
    else if (old) this.#rows.delete(old._uuid);
  }
}
