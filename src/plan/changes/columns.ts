/** Columns as plans write them: read by the schema, and written as ovs-vsctl(8) reads them. */
import { InvalidArgumentError } from '../../base/errors.js';
import { type ColumnSchema, columnSchema, tableSchema } from '../../ovsdb/schema.js';
import type { Atom } from '../../ovsdb/values.js';
import { builtInSchema } from '../../vswitch/built-in-schema.js';
import type { AtomData, ColumnData, Columns } from './types.js';

/** What a column is to become. A map's keys: those with a value are set, those that are `null` removed. */
export type Wish =
  | { readonly kind: 'value'; readonly column: string; readonly atoms: readonly Atom[] }
  | { readonly kind: 'keys'; readonly column: string; readonly pairs: ReadonlyMap<Atom, Atom | null> };

/**
 * What the columns of a table are to become.
 * @throws {InvalidArgumentError}, `UnknownColumnError` and the like, naming the column
 */
export function wishesOf(table: string, columns: Columns = {}): Wish[] {
  return Object.entries(columns).flatMap(([column, data]) => (data === undefined ? [] : [wishOf(table, column, data)]));
}

function wishOf(table: string, column: string, data: ColumnData): Wish {
  const { type } = typeOf(table, column);
  if (type.value) {
    if (data === null) return { kind: 'value', column, atoms: [] };
    if (typeof data !== 'object' || Array.isArray(data)) throw new InvalidArgumentError(`${table}.${column} is a map`);
    const pairs = Object.entries(data).map(([key, value]) => [toKey(type.key.type, key), value] as const);
    return { kind: 'keys', column, pairs: new Map(pairs) };
  }
  if (data !== null && typeof data === 'object' && !Array.isArray(data)) {
    throw new InvalidArgumentError(`${table}.${column} is no map`);
  }
  return { kind: 'value', column, atoms: data === null ? [] : Array.isArray(data) ? data : [data as Atom] };
}

/** The type of a column. @throws `UnknownTableError`, `UnknownColumnError` */
export function typeOf(table: string, column: string): ColumnSchema {
  return columnSchema(tableSchema(builtInSchema(), table), column);
}

/** Objects have no keys but strings. */
function toKey(type: string, key: string): Atom {
  if (type !== 'integer') return key;
  if (!/^-?\d+$/.test(key)) throw new InvalidArgumentError(`key ${JSON.stringify(key)} must be a whole number`);
  return Number(key);
}

/** A member of a column as ovs-vsctl(8) reads it; `@ID` in a uuid column stays as it is. */
export function memberText(table: string, column: string, part: 'key' | 'value', atom: AtomData): string {
  const { type } = typeOf(table, column);
  return (part === 'key' ? type.key : type.value)?.type === 'uuid' ? String(atom) : quoteAtom(String(atom));
}

/** A string as it stands where it can't be mistaken, otherwise in double quotes. */
function quoteAtom(text: string): string {
  return /^[A-Za-z0-9_.][A-Za-z0-9_.-]*$/.test(text) ? text : JSON.stringify(text);
}
