import type { TableSchema } from '../../../ovsdb/schema.js';
import { type Draft, type DraftRow, valueFrom } from '../../../vswitch/draft/index.js';
import { Fatal } from '../../fatal.js';
import type { Symbols } from '../symbols.js';
import { atomFromString } from '../text/atom.js';
import { datumFromString } from '../text/datum.js';
import { parseArgument } from './argument.js';

/** @throws {Fatal} when the column can't be changed any more. */
export function checkMutable(draft: Draft, row: DraftRow, column: { name: string; mutable: boolean }): void {
  if (column.mutable || draft.isInserted(row)) return;
  throw new Fatal(`cannot modify read-only column ${column.name} in table ${row.table}`);
}

/** Does what `COLUMN[:KEY]=VALUE` says. @throws {Fatal} */
export function setColumn(draft: Draft, table: TableSchema, row: DraftRow, argument: string, symbols: Symbols): void {
  const { column, key, value } = parseArgument(table, argument, ['=']);
  checkMutable(draft, row, column);
  const { type } = column;
  if (key === undefined) {
    draft.set(row, column.name, valueFrom(type, datumFromString(type, value, symbols)));
    return;
  }
  if (!type.value) throw new Fatal(`cannot specify key to set for non-map column ${column.name}`);
  const pair = [atomFromString(type.key, key, symbols), atomFromString(type.value, value, symbols)] as const;
  draft.put(row, column.name, [pair]);
}
