import { AtomSet } from './atom-set.js';
import { SchemaError } from './errors.js';
import { decodeColumn, type Row, wireOf } from './row.js';
import { type ColumnType, columnSchema, type TableSchema } from './schema.js';
import { type Atom, decodeAtom, type Wire, wirePairs } from './values.js';

/** The uuids of the rows that share an index value; one alone stands for itself, which is the common case. */
type Bucket = string | Set<string>;

const NONE: readonly string[] = [];

/** So many changes at least are taken in for nobody before an index is given up. */
const PATIENCE = 1000;

/**
 * One index: by a column, by the elements of a set column, or by a key of a map column (`external_ids:iface-id`). It
 * reads the wire, for it reads every row, and a map of ten pairs need not be made for one of them. It holds uuids, so
 * that a row which takes another's place is found under the values that it keeps without anything being done. Of a boolean
 * column it holds the rows that are true: nearly all others are false, which is told by a look at all rows.
 *
 * It is made when it is first asked, and given up when nobody has asked for as many changes as there are rows: to take those in
 * would have cost more than to make it anew. So an index that a program doesn't use costs its updates nothing.
 */
export class TableIndex {
  readonly #buckets = new Map<Atom, Bucket>();
  readonly #column: string;
  readonly #type: ColumnType;
  /** As it is on the wire; a map's keys may be integers. */
  readonly #key: Atom | undefined;
  #version = 0;
  #made = false;
  /** Changes taken in since somebody asked. */
  #unasked = 0;

  /** @throws {SchemaError} saying what the index should be. */
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

  /** Grows with every change of the column, and of which rows there are. */
  get version(): number {
    return this.#version;
  }

  /** The values under which a row is found. */
  valuesOf(row: Row): readonly Atom[] {
    const wire = this.#wireOf(row);
    if (this.#key !== undefined) return this.#valueOfKey(wire);
    // What the server left out has its default.
    const value = wire === undefined ? row[this.#column] : decodeColumn(wire, this.#type);
    if (value === null || value === undefined) return [];
    return Array.isArray(value) ? value : [value as Atom];
  }

  /** Those of `values` under which a row is found, or more of its values where that is cheaper to tell. */
  valuesAmong(row: Row, values: ReadonlyMap<Atom, unknown>): Iterable<Atom> {
    const wire = this.#wireOf(row);
    if (!(wire instanceof AtomSet) || values.size > wire.size) return this.valuesOf(row);
    return [...values.keys()].filter((value) => wire.has(value));
  }

  #wireOf(row: Row): Wire {
    return this.#column === '_uuid' ? row._uuid : wireOf(row)[this.#column];
  }

  #valueOfKey(wire: Wire): readonly Atom[] {
    for (const [key, value] of wirePairs(wire)) {
      if (key === this.#key || (Array.isArray(key) && key[1] === this.#key))
        return [decodeAtom(value, this.#type.value!)];
    }
    return [];
  }

  /** Takes note that a row takes another's place, is new or is gone. @param rows how many there are. */
  replace(old: Row | undefined, row: Row | undefined, rows: number): void {
    const before = old && this.#wireOf(old);
    const after = row && this.#wireOf(row);
    if (old && row && before === after) return;
    this.#version++;
    if (!this.#made) return;
    if (++this.#unasked > Math.max(rows, PATIENCE)) this.#giveUp();
    else this.#move(old, before, row, after);
  }

  #giveUp(): void {
    this.#made = false;
    this.#buckets.clear();
  }

  #move(old: Row | undefined, before: Wire, row: Row | undefined, after: Wire): void {
    if (old && row) {
      if (before instanceof AtomSet && after instanceof AtomSet) {
        const { removed, added } = before.difference(after);
        for (const value of removed) this.#removeUnder(value, old._uuid);
        for (const value of added) this.#addUnder(value, row._uuid);
        return;
      }
    }
    if (old) for (const value of this.valuesOf(old)) this.#removeUnder(value, old._uuid);
    if (row) this.#add(row);
  }

  #add(row: Row): void {
    // Every row comes here: the two commonest forms make no array.
    const wire = this.#wireOf(row);
    if (typeof wire === 'string') this.#addUnder(wire, row._uuid);
    else if (Array.isArray(wire) && wire[0] === 'uuid') this.#addUnder(wire[1] as string, row._uuid);
    else if (wire === undefined && this.#type.key.type === 'boolean') return;
    else for (const value of this.valuesOf(row)) this.#addUnder(value, row._uuid);
  }

  #addUnder(value: Atom, uuid: string): void {
    if (value === false) return;
    const bucket = this.#buckets.get(value);
    if (bucket === undefined) this.#buckets.set(value, uuid);
    else if (bucket instanceof Set) bucket.add(uuid);
    else if (bucket !== uuid) this.#buckets.set(value, new Set([bucket, uuid]));
  }

  #removeUnder(value: Atom, uuid: string): void {
    const bucket = this.#buckets.get(value);
    if (bucket === uuid) this.#buckets.delete(value);
    else if (bucket instanceof Set && bucket.delete(uuid) && bucket.size === 0) this.#buckets.delete(value);
  }

  /** The uuid of a row that has the value. @param rows all of the table's. */
  first(value: Atom, rows: ReadonlyMap<string, Row>): string | undefined {
    if (value === false) return this.#falseOf(rows).next().value as string | undefined;
    const bucket = this.#ask(rows).get(value);
    return bucket instanceof Set ? bucket.values().next().value : bucket;
  }

  /** The uuids of the rows that have the value. @param rows all of the table's. */
  get(value: Atom, rows: ReadonlyMap<string, Row>): readonly string[] {
    if (value === false) return [...this.#falseOf(rows)];
    const bucket = this.#ask(rows).get(value);
    if (bucket === undefined) return NONE;
    return bucket instanceof Set ? [...bucket] : [bucket];
  }

  #ask(rows: ReadonlyMap<string, Row>): ReadonlyMap<Atom, Bucket> {
    this.#unasked = 0;
    if (!this.#made) {
      this.#made = true;
      for (const row of rows.values()) this.#add(row);
    }
    return this.#buckets;
  }

  *#falseOf(rows: ReadonlyMap<string, Row>): Generator<string> {
    for (const row of rows.values()) if (this.valuesOf(row).includes(false)) yield row._uuid;
  }
}
