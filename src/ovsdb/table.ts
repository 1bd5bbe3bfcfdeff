import { SchemaError } from './errors.js';
import { type Row, wireOf } from './row.js';
import { type ColumnType, columnSchema, type TableSchema } from './schema.js';
import { type Atom, decodeAtom, decodeValue, type Wire, wirePairs } from './values.js';

/** What happened to one row. `old` is undefined for a new row, `new` for a deleted one. */
export interface RowChange<T = Row> {
  readonly table: string;
  readonly uuid: string;
  readonly old: T | undefined;
  readonly new: T | undefined;
}

/** The rows that share an index value; one alone stands for itself, which is the common case. */
type Bucket = Row | Set<Row>;

/**
 * One index: by a column, by the elements of a set column, or by a key of a map column (`external_ids:iface-id`). It
 * reads the wire, for it reads every row, and a map of ten pairs need not be made for one of them.
 */
class Index {
  readonly #buckets = new Map<Atom, Bucket>();
  readonly #column: string;
  readonly #type: ColumnType;
  /** As it is on the wire; a map's keys may be integers. */
  readonly #key: Atom | undefined;

  constructor(table: TableSchema, spec: string) {
    const colon = spec.indexOf(':');
    this.#column = colon < 0 ? spec : spec.slice(0, colon);
    this.#type = columnSchema(table, this.#column).type;
    const key = colon < 0 ? undefined : spec.slice(colon + 1);
    const mapped = this.#type.value !== undefined;
    if (mapped && key === undefined) {
      throw new SchemaError(`index on ${table.name}.${spec}: a map is indexed by one of its keys, as in "${spec}:KEY"`);
    }
    if (!mapped && key !== undefined) {
      throw new SchemaError(`index on ${table.name}.${spec}: ${this.#column} is no map, and has no key "${key}"`);
    }
    this.#key = key !== undefined && this.#type.key.type === 'integer' ? Number(key) : key;
  }

  /** The values under which a row is found. */
  valuesOf(row: Row): readonly Atom[] {
    const wire = this.#column === '_uuid' ? row._uuid : wireOf(row)[this.#column];
    if (this.#key !== undefined) return this.#valueOfKey(wire);
    // What the server left out has its default.
    const value = wire === undefined ? row[this.#column] : decodeValue(wire, this.#type);
    if (value === null || value === undefined) return [];
    return Array.isArray(value) ? value : [value as Atom];
  }

  #valueOfKey(wire: Wire): readonly Atom[] {
    for (const [key, value] of wirePairs(wire)) {
      if (key === this.#key || (Array.isArray(key) && key[1] === this.#key))
        return [decodeAtom(value, this.#type.value!)];
    }
    return [];
  }

  add(row: Row): void {
    // The first dump comes here for every row: the two commonest forms make no array.
    const wire = wireOf(row)[this.#column];
    if (typeof wire === 'string') this.#addUnder(wire, row);
    else if (Array.isArray(wire) && wire[0] === 'uuid') this.#addUnder(wire[1] as string, row);
    else for (const value of this.valuesOf(row)) this.#addUnder(value, row);
  }

  #addUnder(value: Atom, row: Row): void {
    const bucket = this.#buckets.get(value);
    if (bucket === undefined) this.#buckets.set(value, row);
    else if (bucket instanceof Set) bucket.add(row);
    else this.#buckets.set(value, new Set([bucket, row]));
  }

  remove(row: Row): void {
    for (const value of this.valuesOf(row)) {
      const bucket = this.#buckets.get(value);
      if (bucket === row) this.#buckets.delete(value);
      else if (bucket instanceof Set && bucket.delete(row) && bucket.size === 0) this.#buckets.delete(value);
    }
  }

  first(value: Atom): Row | undefined {
    const bucket = this.#buckets.get(value);
    return bucket instanceof Set ? bucket.values().next().value : bucket;
  }

  get(value: Atom): readonly Row[] {
    const bucket = this.#buckets.get(value);
    if (bucket === undefined) return [];
    return bucket instanceof Set ? [...bucket] : [bucket];
  }
}

/** One table of a replica. */
export class Table<T extends { readonly _uuid: string } = Row> {
  readonly #rows = new Map<string, Row>();
  readonly #indexes = new Map<string, Index>();

  #schema: TableSchema;

  constructor(schema: TableSchema, indexes: Iterable<string>) {
    this.#schema = schema;
    for (const spec of indexes) this.#indexes.set(spec, new Index(schema, spec));
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
      const index = new Index(schema, spec);
      for (const row of this.#rows.values()) index.add(row);
      this.#indexes.set(spec, index);
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
    return this.#index(index).first(value) as unknown as T | undefined;
  }

  /** The values under which an index finds a row. */
  indexValues(index: string, row: T): readonly Atom[] {
    return this.#index(index).valuesOf(row as unknown as Row);
  }

  #index(spec: string): Index {
    const index = this.#indexes.get(spec);
    if (index) return index;
    const known = [...this.#indexes.keys()].join(', ') || 'none';
    throw new SchemaError(`table ${this.#schema.name} has no index on ${spec}; its indexes: ${known}`);
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
