import type { TableSchema } from '../../../ovsdb/schema.js';
import { type Draft, type DraftRow, membersOf } from '../../../vswitch/draft/index.js';
import { Fatal } from '../../fatal.js';
import type { Symbols } from '../symbols.js';
import { atomFromString } from '../text/atom.js';
import { datumFromString } from '../text/datum.js';
import { isSetOperator, operators, relates } from '../text/relation.js';
import { parseArgument } from './argument.js';

/** Whether a row meets `COLUMN[:KEY]OPERATORVALUE`, as find and wait-until ask. @throws {Fatal} */
export function meets(draft: Draft, table: TableSchema, row: DraftRow, argument: string, symbols: Symbols): boolean {
  const { column, key, operator, value } = parseArgument(table, argument, operators);
  const bounds = { min: 0, max: Number.POSITIVE_INFINITY };
  const { type } = column;
  if (key === undefined) {
    const want = datumFromString(type, value, symbols);
    return relates(membersOf(draft.get(row, column.name)), want, operator);
  }
  if (!type.value) throw new Fatal(`cannot specify key to check for non-map column ${column.name}`);
  const wantKey = atomFromString(type.key, key, symbols);
  const want = datumFromString({ key: type.value, value: undefined, ...bounds }, value, symbols);
  const found = membersOf(draft.get(row, column.name)).find(([each]) => each === wantKey);
  if (!found && !isSetOperator(operator)) return false;
  return relates(found ? [[found[1]!, undefined]] : [], want, operator);
}
