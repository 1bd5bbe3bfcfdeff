import type { Atom, Value } from '../../ovsdb/values.js';
import { ConditionError, type SwitchTransaction } from '../../vswitch/index.js';
import { type Wish, wishesOf } from './columns.js';
import { findRow } from './rows.js';
import type { Columns } from './types.js';

/** @throws {ConditionError} */
export function checkColumns(tx: SwitchTransaction, table: string, record: string, columns: Columns): void {
  const row = findRow(tx, table, record);
  if (!row) return;
  const wishes = wishesOf(table, columns);
  for (const wish of wishes) {
    const now = tx.get(row, wish.column);
    if (!meets(now, wish)) {
      throw new ConditionError(`${wish.column} of ${table} ${record} is ${show(now)}, and not as the plan wants it`);
    }
  }
  tx.verify(row, ...wishes.map(({ column }) => column));
}

function meets(now: Value, wish: Wish): boolean {
  if (wish.kind === 'keys') {
    const pairs = now as ReadonlyMap<Atom, Atom>;
    return [...wish.pairs].every(([key, value]) => (value === null ? !pairs.has(key) : pairs.get(key) === value));
  }
  const atoms = now instanceof Map ? [...now.keys()] : Array.isArray(now) ? now : now === null ? [] : [now];
  return atoms.length === wish.atoms.length && wish.atoms.every((atom) => (atoms as Atom[]).includes(atom));
}

function show(value: Value): string {
  if (value instanceof Map) return `{${[...value].map(([key, each]) => `${key}=${each}`).join(', ')}}`;
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value ?? '[]');
}
