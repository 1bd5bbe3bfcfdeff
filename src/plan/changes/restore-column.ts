import type { Atom, Value } from '../../ovsdb/values.js';
import type { SwitchTransaction } from '../../vswitch/index.js';
import { typeOf } from './columns.js';
import type { Row } from './rows.js';

type Members = ReadonlyMap<Atom, Atom | true>;

/** Puts back what made `after` of `before` in a column, member by member, where nobody has changed the same since. */
export function restoreColumn(tx: SwitchTransaction, row: Row, column: string, before: Value, after: Value): void {
  const now = tx.get(row, column);
  const { type } = typeOf(row.table, column);
  tx.verify(row, column);
  if (type.max === 1 && !type.value) {
    if (now === after && now !== before) tx.set(row, { [column]: before });
    return;
  }
  const [was, became, is] = [membersOf(before), membersOf(after), membersOf(now)];
  const ours = [...new Set([...was.keys(), ...became.keys()])].filter(
    (key) => was.get(key) !== became.get(key) && is.get(key) === became.get(key),
  );
  const gone = ours.filter((key) => !was.has(key));
  const back = ours.filter((key) => was.has(key));
  if (gone.length > 0) tx.remove(row, column, gone);
  if (back.length === 0) return;
  tx.add(row, column, type.value ? new Map(back.map((key) => [key, was.get(key) as Atom])) : back);
}

/** A set's elements, or a map's pairs. */
function membersOf(value: Value): Members {
  if (value instanceof Map) return value as ReadonlyMap<Atom, Atom>;
  if (value === null) return new Map();
  return new Map((Array.isArray(value) ? value : [value]).map((each: Atom) => [each, true]));
}
