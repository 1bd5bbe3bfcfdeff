import { AtomSet } from './atom-set.js';
import type { BaseType, ColumnType, TableSchema } from './schema.js';
import {
  type Atom,
  decodeAtom,
  decodeValue,
  defaultAtom,
  isScalar,
  type Value,
  type Wire,
  type WireRow,
  wireElements,
  wirePairs,
} from './values.js';

/** A row of a replica. It never changes: an update puts a new row in its place. Columns not monitored read `undefined`. */
export type Row = { readonly _uuid: string } & { readonly [column: string]: Value | undefined };

/** Makes the rows of one table, and the rows that updates turn them into. */
export interface RowFactory {
  create(uuid: string, wire: WireRow): Row;
  /** The row after a `modify` of `update2` (ovsdb-server(7), section 4.1.12). */
  modify(row: Row, changes: WireRow): Row;
  /** Whether two rows hold the same. */
  same(a: Row, b: Row): boolean;
}

/** What a column holds that the server left out because it has its default (ovsdb-server(7), section 4.1.12). */
function defaultWire(type: ColumnType): Wire {
  if (type.value) return ['map', []];
  if (type.min === 0 || type.max !== 1) return ['set', []];
  const atom = defaultAtom(type.key.type);
  return type.key.type === 'uuid' ? ['uuid', atom] : atom;
}

/** Tells wire atoms apart: numbers and strings by type, uuids by their text. */
function atomKey(wire: Wire): Atom {
  return Array.isArray(wire) ? (wire[1] as string) : (wire as Atom);
}

/** A column's value; a set that has changed is one no longer as the wire has it. */
export function decodeColumn(wire: Wire, type: ColumnType): Value {
  if (!(wire instanceof AtomSet)) return decodeValue(wire, type);
  // After a conversion of the database, a row as it was before is read by what the column is now.
  return isScalar(type) || type.value ? decodeValue(['set', wire.toArray()], type) : wire.toArray();
}

function atomSet(wire: Wire, base: BaseType): AtomSet {
  return wire instanceof AtomSet ? wire : AtomSet.of(wireElements(wire).map((element) => decodeAtom(element, base)));
}

/** A set's `modify` lists the elements that came or went: the symmetric difference. */
function mergeSet(old: Wire, difference: Wire, base: BaseType): AtomSet {
  return atomSet(old, base).toggle(wireElements(difference).map((element) => decodeAtom(element, base)));
}

/** A map's `modify` lists new and changed pairs with their new value, and removed pairs with their old one. */
function mergeMap(old: Wire, difference: Wire): Wire {
  const merged = new Map(wirePairs(old).map((pair) => [atomKey(pair[0]), pair]));
  for (const pair of wirePairs(difference)) {
    const key = atomKey(pair[0]);
    const before = merged.get(key);
    if (before && atomKey(before[1]) === atomKey(pair[1])) merged.delete(key);
    else merged.set(key, pair);
  }
  return ['map', [...merged.values()]];
}

function merge(type: ColumnType, old: Wire, difference: Wire): Wire {
  if (type.max === 1) return difference;
  if (old === undefined) return difference;
  return type.value ? mergeMap(old, difference) : mergeSet(old, difference, type.key);
}

/** The server writes a set's elements and a map's keys in order, but an update that was merged in may have not. */
function sameWire(type: ColumnType, a: Wire, b: Wire): boolean {
  if (a === b) return true;
  const [left, right] = [a ?? defaultWire(type), b ?? defaultWire(type)];
  if (typeof left !== 'object' && typeof right !== 'object') return left === right;
  if (!type.value) {
    const { removed, added } = atomSet(left, type.key).difference(atomSet(right, type.key));
    return removed.length === 0 && added.length === 0;
  }
  const canonical = (wire: Wire) =>
    wirePairs(wire)
      .map((pair) => JSON.stringify(pair, bigintAsText))
      .sort();
  return canonical(left).join() === canonical(right).join();
}

const bigintAsText = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value);

/** What every row is made of. The wire is private, so that a row shows its columns alone. */
class WireBacked {
  readonly _uuid: string;
  readonly #wire: WireRow;

  constructor(uuid: string, wire: WireRow) {
    this._uuid = uuid;
    this.#wire = wire;
  }

  static wireOf(row: WireBacked): WireRow {
    return row.#wire;
  }
}

/** What came over the wire for a row; a column that is missing has its default. For indexes, which read every row. */
export function wireOf(row: Row): WireRow {
  return WireBacked.wireOf(row as unknown as WireBacked);
}

/**
 * A row keeps what came over the wire and decodes a column when it is read: most columns of most rows never are, and
 * the first dump of a large database costs little more than its JSON.
 */
export function rowFactory(table: TableSchema, columns: Iterable<string>): RowFactory {
  const types = new Map<string, ColumnType>();
  class TableRow extends WireBacked {
    /** A plain object of all monitored columns, maps as objects. */
    toJSON(): Record<string, unknown> {
      const plain: Record<string, unknown> = { _uuid: this._uuid };
      for (const name of types.keys()) {
        const value = (this as unknown as Row)[name];
        plain[name] = value instanceof Map ? Object.fromEntries(value) : value;
      }
      return plain;
    }
  }
  for (const name of columns) {
    const type = table.columns.get(name)?.type;
    if (!type || name === '_uuid') continue;
    types.set(name, type);
    const fallback = decodeValue(defaultWire(type), type);
    const get = function (this: TableRow): Value {
      const wire = WireBacked.wireOf(this)[name];
      if (wire === undefined) return fallback;
      return isScalar(type) && typeof wire !== 'object' ? (wire as Atom) : decodeColumn(wire, type);
    };
    Object.defineProperty(TableRow.prototype, name, { get, enumerable: true });
  }
  return {
    create: (uuid, wire) => new TableRow(uuid, wire) as unknown as Row,
    modify(row, changes) {
      const old = wireOf(row);
      const wire = { ...old };
      for (const [name, difference] of Object.entries(changes)) {
        const type = types.get(name);
        if (type) wire[name] = merge(type, old[name], difference);
      }
      return new TableRow(row._uuid, wire) as unknown as Row;
    },
    same(a, b) {
      const [left, right] = [wireOf(a), wireOf(b)];
      return [...types].every(([name, type]) => sameWire(type, left[name], right[name]));
    },
  };
}
