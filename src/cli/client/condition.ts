import type { Json } from '../json/index.js';
import { type ColumnType, datumFromJson, syntaxError, type Table } from '../schema/index.js';
import { describeType } from './english.js';

const orders = new Set(['<', '<=', '>', '>=']);
const functions = new Set([...orders, '==', '!=', 'includes', 'excludes']);

/**
 * Checks a condition against a table, as ovsdb-client does before it sends one.
 *
 * @throws {OvsdbTextError}
 */
export function checkCondition(table: Table, condition: Json): void {
  if (!Array.isArray(condition)) throw syntaxError(condition, 'array expected');
  for (const clause of condition) checkClause(table, clause);
}

function checkClause(table: Table, clause: Json): void {
  if (typeof clause === 'boolean') return;
  const [columnName, functionName, argument] = Array.isArray(clause) && clause.length === 3 ? clause : [];
  if (typeof columnName !== 'string' || typeof functionName !== 'string') {
    throw syntaxError(clause, 'Parse error in condition.');
  }
  const column = table.columns.get(columnName);
  if (!column) throw syntaxError(clause, `No column ${columnName} in table ${table.name}.`, 'unknown column');
  if (!functions.has(functionName)) {
    throw syntaxError(undefined, `No function named ${functionName}.`, 'unknown function');
  }
  let type: ColumnType = column.type;
  if (orders.has(functionName)) {
    const isNumber = type.key.type === 'integer' || type.key.type === 'real';
    if (!isNumber || type.value || type.max !== 1) {
      throw syntaxError(
        clause,
        `Type mismatch: "${functionName}" operator may not be applied to column ${columnName} of type ${describeType(type)}.`,
      );
    }
  } else if (functionName === 'includes' || functionName === 'excludes') {
    const isScalar = !type.value && type.min === 1 && type.max === 1;
    if (!isScalar) type = { ...type, min: 0, max: functionName === 'excludes' ? Number.POSITIVE_INFINITY : type.max };
  }
  datumFromJson(type, argument!);
}
