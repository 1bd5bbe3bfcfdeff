import type { ColumnSchema, TableSchema } from '../../../ovsdb/schema.js';
import { Fatal } from '../../fatal.js';
import { Scanner } from '../text/token.js';
import { findColumn } from './names.js';

/** `COLUMN[:KEY]` and, where operators are allowed, an operator and a value. */
export interface ColumnArgument<O extends string = string> {
  readonly column: ColumnSchema;
  readonly key: string | undefined;
  readonly operator: O;
  readonly value: string;
}

function scanColumn(table: TableSchema, scanner: Scanner): ColumnSchema {
  const name = scanner.token();
  if (name === '') throw new Fatal(`${scanner.text}: missing column name`);
  return findColumn(table, name);
}

function scanKey(scanner: Scanner): string | undefined {
  if (scanner.char !== ':') return undefined;
  scanner.at++;
  return scanner.token();
}

/** Just looks whether the column is there. @throws {Fatal} */
export function checkArgument(table: TableSchema, text: string): ColumnSchema {
  return scanColumn(table, new Scanner(text));
}

/** `COLUMN[:KEY]`. @throws {Fatal} */
export function parseColumn(table: TableSchema, text: string): { column: ColumnSchema; key: string | undefined } {
  const scanner = new Scanner(text);
  const column = scanColumn(table, scanner);
  const key = scanKey(scanner);
  if (scanner.char !== '') throw new Fatal(`${text}: trailing garbage "${scanner.rest}" in argument`);
  return { column, key };
}

/** `COLUMN[:KEY]OPERATORVALUE`. @throws {Fatal} */
export function parseArgument<const O extends string>(
  table: TableSchema,
  text: string,
  allowed: readonly O[],
): ColumnArgument<O> {
  const scanner = new Scanner(text);
  const column = scanColumn(table, scanner);
  const key = scanKey(scanner);
  let best: O | undefined;
  for (const operator of allowed) {
    if (scanner.rest.startsWith(operator) && operator.length > (best?.length ?? 0)) best = operator;
  }
  if (best === undefined || scanner.rest.length === best.length) throw new Fatal(missingOperator(text, allowed));
  return { column, key, operator: best, value: scanner.rest.slice(best.length) };
}

function missingOperator(text: string, allowed: readonly string[]): string {
  const quoted = allowed.map((operator) => `"${operator}"`);
  const last = quoted.pop();
  const list = quoted.length === 0 ? last : `${quoted.join(', ')}${quoted.length > 1 ? ',' : ''} or ${last}`;
  return `${text}: argument does not end in ${list} followed by a value.`;
}
