import { InvalidArgumentError } from '../../base/errors.js';
import type { Atom, Value } from '../../ovsdb/values.js';
import type { ColumnValues, SwitchTransaction } from '../../vswitch/index.js';
import { typeOf, type Wish, wishesOf } from './columns.js';
import type { Row } from './rows.js';
import type { Columns } from './types.js';

/** The rows that a plan creates, by their ids. */
export type Refs = ReadonlyMap<string, Row>;

/** Sets columns of a row. */
export function setRow(tx: SwitchTransaction, refs: Refs, row: Row, columns: Columns): void {
  const values: Record<string, Value> = {};
  for (const wish of wishesOf(row.table, columns)) {
    if (wish.kind === 'value') {
      values[wish.column] = scalarOrSet(row.table, wish, refs);
      continue;
    }
    const kept = [...wish.pairs].filter((pair): pair is [Atom, Atom] => pair[1] !== null);
    const gone = [...wish.pairs].flatMap(([key, value]) => (value === null ? [key] : []));
    const pairs = kept.map(([key, value]) => [key, reference(refs, row.table, wish.column, value)] as const);
    // Always: a device that was made anew needs ovs-vswitchd's attention, though its row is as it was.
    if (pairs.length > 0) tx.add(row, wish.column, new Map(pairs), { always: true });
    if (gone.length > 0) tx.remove(row, wish.column, gone);
  }
  if (Object.keys(values).length > 0) tx.set(row, values as ColumnValues);
}

function scalarOrSet(table: string, { column, atoms }: Extract<Wish, { kind: 'value' }>, refs: Refs): Value {
  const { type } = typeOf(table, column);
  if (type.value) return new Map();
  const values = resolved(refs, table, column, atoms);
  if (type.max !== 1) return values as Value;
  if (values.length > 1) throw new InvalidArgumentError(`${table}.${column} takes one value, not ${values.length}`);
  if (values.length < type.min) throw new InvalidArgumentError(`${table}.${column} must have a value`);
  return values[0] ?? null;
}

export function resolved(refs: Refs, table: string, column: string, atoms: readonly Atom[]): Atom[] {
  return atoms.map((atom) => reference(refs, table, column, atom));
}

/** `@ID` in a uuid column is the row of that id. */
function reference(refs: Refs, table: string, column: string, atom: Atom): Atom {
  const { type } = typeOf(table, column);
  if ((type.value ?? type.key).type !== 'uuid' || typeof atom !== 'string' || !atom.startsWith('@')) return atom;
  const row = refs.get(atom.slice(1));
  if (!row) throw new InvalidArgumentError(`${table}.${column}: nothing creates ${atom}`);
  return row.uuid;
}
