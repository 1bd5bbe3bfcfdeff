import { ProtocolError, SchemaError } from './errors.js';
import { type ColumnSchema, columnSchema, type DatabaseSchema, type TableSchema, tableSchema } from './schema.js';
import {
  checkSendable,
  decodeValue,
  encodeValue,
  type Value,
  type ValueInput,
  type Wire,
  type WireRow,
} from './values.js';

/** `[column, function, value]`: RFC 7047, section 5.1. An empty list of conditions means every row. */
export type Condition = readonly [
  column: string,
  fn: '<' | '<=' | '==' | '!=' | '>=' | '>' | 'includes' | 'excludes',
  value: ValueInput,
];

/** `[column, mutator, value]`: RFC 7047, section 5.1. A map's pairs may be deleted by an array of their keys. */
export type Mutation = readonly [
  column: string,
  mutator: '+=' | '-=' | '*=' | '/=' | '%=' | 'insert' | 'delete',
  value: ValueInput,
];

/** Columns by name, with what each is given. */
export type RowInput = { readonly [column: string]: ValueInput | undefined };

/** "insert" (RFC 7047, section 5.2.1). */
export interface InsertOperation {
  readonly op: 'insert';
  readonly table: string;
  readonly row: RowInput;
  readonly uuidName?: string | undefined;
  /** The row's uuid, which must be new to the table (ovsdb-server(7), section 5.2.1); the server makes one by default. */
  readonly uuid?: string | undefined;
}
/** The type of the rows that a `select` reads; there is nothing of it at run time. */
declare const ROW: unique symbol;
/** "select" (RFC 7047, section 5.2.2). */
export interface SelectOperation<R = SelectedRow> {
  readonly [ROW]?: R;
  readonly op: 'select';
  readonly table: string;
  readonly where: readonly Condition[];
  readonly columns?: readonly string[] | undefined;
}
/** "update" (RFC 7047, section 5.2.3). */
export interface UpdateOperation {
  readonly op: 'update';
  readonly table: string;
  readonly where: readonly Condition[];
  readonly row: RowInput;
}
/** "mutate" (RFC 7047, section 5.2.4). */
export interface MutateOperation {
  readonly op: 'mutate';
  readonly table: string;
  readonly where: readonly Condition[];
  readonly mutations: readonly Mutation[];
}
/** "delete" (RFC 7047, section 5.2.5). */
export interface DeleteOperation {
  readonly op: 'delete';
  readonly table: string;
  readonly where: readonly Condition[];
}
/** "wait" (RFC 7047, section 5.2.6). */
export interface WaitOperation {
  readonly op: 'wait';
  readonly table: string;
  readonly where: readonly Condition[];
  readonly columns: readonly string[];
  readonly until: '==' | '!=';
  readonly rows: readonly RowInput[];
  readonly timeout?: number | undefined;
}
/** "commit" (RFC 7047, section 5.2.7). */
export interface CommitOperation {
  readonly op: 'commit';
  readonly durable: boolean;
}
/** "abort" (RFC 7047, section 5.2.8). */
export interface AbortOperation {
  readonly op: 'abort';
}
/** "comment" (RFC 7047, section 5.2.9). */
export interface CommentOperation {
  readonly op: 'comment';
  readonly comment: string;
}
/** "assert" (RFC 7047, section 5.2.10). */
export interface AssertOperation {
  readonly op: 'assert';
  readonly lock: string;
}
/** Any operation of a transaction. */
export type Operation =
  | InsertOperation
  | SelectOperation<object>
  | UpdateOperation
  | MutateOperation
  | DeleteOperation
  | WaitOperation
  | CommitOperation
  | AbortOperation
  | CommentOperation
  | AssertOperation;

/**
 * Inserts a row (RFC 7047, section 5.2.1). `uuidName` lets later operations refer to it by a `NamedUuid`; `uuid` is for
 * the caller to choose where it must be known beforehand (ovsdb-server(7), section 5.2.1).
 */
export function insert(
  table: string,
  row: RowInput,
  name?: string | { readonly uuidName?: string | undefined; readonly uuid?: string | undefined },
): InsertOperation {
  return { op: 'insert', table, row, ...(typeof name === 'object' ? name : { uuidName: name }) };
}

/** Reads the rows that meet all conditions (section 5.2.2); all columns unless some are named. */
export function select(table: string, where: readonly Condition[], columns?: readonly string[]): SelectOperation {
  return { op: 'select', table, where, columns };
}

/** Sets columns of the rows that meet all conditions (section 5.2.3). */
export function update(table: string, where: readonly Condition[], row: RowInput): UpdateOperation {
  return { op: 'update', table, where, row };
}

/** Changes columns relative to what they hold (section 5.2.4). */
export function mutate(table: string, where: readonly Condition[], mutations: readonly Mutation[]): MutateOperation {
  return { op: 'mutate', table, where, mutations };
}

/** Deletes the rows that meet all conditions (section 5.2.5). */
export function deleteRows(table: string, where: readonly Condition[]): DeleteOperation {
  return { op: 'delete', table, where };
}

/**
 * Holds the transaction back until the columns of the rows that meet the conditions are (`==`) or are not (`!=`) just
 * `rows` (section 5.2.6). `timeout` is in milliseconds; with `0`, the use as a check, the transaction fails at once.
 */
export function wait(
  table: string,
  where: readonly Condition[],
  columns: readonly string[],
  until: '==' | '!=',
  rows: readonly RowInput[],
  timeout?: number,
): WaitOperation {
  return { op: 'wait', table, where, columns, until, rows, timeout };
}

/** Asks for the commit to be on disk before the reply when `durable` (section 5.2.7). */
export function commit(durable: boolean): CommitOperation {
  return { op: 'commit', durable };
}

/** Ends the transaction with "aborted" and changes nothing (section 5.2.8). */
export function abort(): AbortOperation {
  return { op: 'abort' };
}

/** Leaves a note in the database's log (section 5.2.9). */
export function comment(text: string): CommentOperation {
  return { op: 'comment', comment: text };
}

/** Fails the transaction unless this client holds the lock (section 5.2.10). */
export function assertLock(lock: string): AssertOperation {
  return { op: 'assert', lock };
}

/** A row as `select` returns it: just the columns asked for. */
export type SelectedRow = { readonly [column: string]: Value };

/** What one operation returns. */
export type OperationResult<O extends Operation = Operation> = O extends InsertOperation
  ? { readonly uuid: string }
  : O extends SelectOperation<infer R>
    ? { readonly rows: readonly (unknown extends R ? SelectedRow : R)[] }
    : O extends UpdateOperation | MutateOperation | DeleteOperation
      ? { readonly count: number }
      : Readonly<Record<string, never>>;

/** Whether an operation can change the database. */
export function isWrite(operation: Operation): boolean {
  return (
    operation.op === 'insert' || operation.op === 'update' || operation.op === 'mutate' || operation.op === 'delete'
  );
}

const at = (table: TableSchema, column: ColumnSchema) => () => `column ${column.name} of table ${table.name}`;

function encodeRow(table: TableSchema, row: RowInput): WireRow {
  const wire: WireRow = {};
  for (const name of Object.keys(row)) {
    const value = row[name];
    if (value === undefined) continue;
    const column = columnSchema(table, name);
    wire[name] = encodeValue(value, column.type, at(table, column));
  }
  return wire;
}

/** Writes conditions for the wire. */
export function encodeWhere(table: TableSchema, where: readonly Condition[]): Wire {
  if (!Array.isArray(where) || !where.every(Array.isArray)) {
    throw new SchemaError(`where of table ${table.name} must be a list of [column, function, value]; [] is every row`);
  }
  const wire: Wire[] = [];
  for (const condition of where) {
    const fn = condition[1];
    const column = columnSchema(table, condition[0]);
    const partial = fn === 'includes' || fn === 'excludes';
    wire.push([column.name, fn, encodeValue(condition[2], column.type, at(table, column), partial)]);
  }
  return wire;
}

function encodeMutations(table: TableSchema, mutations: readonly Mutation[]): Wire {
  return mutations.map(([name, mutator, value]) => {
    const column = columnSchema(table, name);
    const byKeys = column.type.value && mutator === 'delete' && (Array.isArray(value) || value instanceof Set);
    const type = byKeys ? { ...column.type, value: undefined } : column.type;
    return [name, mutator, encodeValue(value, type, at(table, column), true)];
  });
}

function checkColumns(table: TableSchema, columns: readonly string[]): readonly string[] {
  for (const column of columns) columnSchema(table, column);
  return columns;
}

function encodeWithoutTable(operation: Exclude<Operation, { table: string }>): Record<string, Wire> {
  if (operation.op === 'comment') checkSendable(operation.comment, () => 'comment');
  if (operation.op === 'assert') checkSendable(operation.lock, () => 'lock of assert');
  return { ...operation };
}

/** Writes an operation for the wire. @throws {SchemaError} naming the table and the column that don't fit the schema. */
export function encodeOperation(schema: DatabaseSchema, operation: Operation): Record<string, Wire> {
  if (!('table' in operation)) return encodeWithoutTable(operation);
  const { op } = operation;
  const table = tableSchema(schema, operation.table);
  // Plain literals, and what is optional put in afterwards: spreading took most of a transaction's time on our side.
  switch (op) {
    case 'insert': {
      const wire: WireRow = { op, table: table.name, row: encodeRow(table, operation.row) };
      if (operation.uuidName !== undefined) {
        wire['uuid-name'] = checkSendable(operation.uuidName, () => `uuidName of insert into table ${table.name}`);
      }
      if (operation.uuid !== undefined) {
        wire.uuid = checkSendable(operation.uuid, () => `uuid of insert into table ${table.name}`);
      }
      return wire;
    }
    case 'select': {
      const wire: WireRow = { op, table: table.name, where: encodeWhere(table, operation.where) };
      if (operation.columns !== undefined) wire.columns = checkColumns(table, operation.columns);
      return wire;
    }
    case 'update': {
      const where = encodeWhere(table, operation.where);
      return { op, table: table.name, where, row: encodeRow(table, operation.row) };
    }
    case 'mutate': {
      const where = encodeWhere(table, operation.where);
      return { op, table: table.name, where, mutations: encodeMutations(table, operation.mutations) };
    }
    case 'delete':
      return { op, table: table.name, where: encodeWhere(table, operation.where) };
    case 'wait': {
      const wire: WireRow = {
        op,
        table: table.name,
        where: encodeWhere(table, operation.where),
        columns: checkColumns(table, operation.columns),
        until: operation.until,
        rows: operation.rows.map((row) => encodeRow(table, row)),
      };
      if (operation.timeout !== undefined) wire.timeout = operation.timeout;
      return wire;
    }
  }
}

function decodeRow(table: TableSchema, wire: WireRow): SelectedRow {
  const row: Record<string, Value> = {};
  for (const name of Object.keys(wire)) row[name] = decodeValue(wire[name], columnSchema(table, name).type);
  return row;
}

/** Reads what the server returned for an operation that succeeded. */
export function decodeResult(schema: DatabaseSchema, operation: Operation, wire: Wire): OperationResult {
  const result = wire as Record<string, Wire>;
  switch (operation.op) {
    case 'insert': {
      if (!Array.isArray(result.uuid)) throw new ProtocolError(`insert ${operation.table}: the reply has no uuid`);
      return { uuid: result.uuid[1] as string };
    }
    case 'select': {
      const table = tableSchema(schema, operation.table);
      return { rows: (result.rows as WireRow[]).map((row) => decodeRow(table, row)) };
    }
    case 'update':
    case 'mutate':
    case 'delete':
      return { count: result.count as number };
    default:
      return {};
  }
}
