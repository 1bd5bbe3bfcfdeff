import { comment, type Operation, type SelectedRow } from '../../../ovsdb/operations.js';
import type { DatabaseSchema } from '../../../ovsdb/schema.js';
import type { Read } from '../../../vswitch/draft/index.js';
import { defaultValue } from '../../../vswitch/draft/index.js';
import { isObject, type Json } from '../../json/index.js';

/**
 * The tables and columns that the schema of an older server lacks. They are left out of what is sent, and what is read of
 * them is what the server would hold by default: no rows, and each column's default value.
 */
export class Lacks {
  readonly #schema: DatabaseSchema;
  readonly #tables = new Set<string>();
  readonly #columns = new Map<string, Set<string>>();

  /** @param served what `get_schema` returned (RFC 7047, section 4.1.2). */
  constructor(schema: DatabaseSchema, served: Json) {
    this.#schema = schema;
    const tables = member(served, 'tables');
    for (const [table, { columns }] of schema.tables) {
      const theirs = member(tables, table);
      if (theirs === undefined) this.#tables.add(table);
      else {
        const known = member(theirs, 'columns');
        const lost = [...columns.keys()].filter(
          (column) => !column.startsWith('_') && member(known, column) === undefined,
        );
        if (lost.length > 0) this.#columns.set(table, new Set(lost));
      }
    }
  }

  get any(): boolean {
    return this.#tables.size > 0 || this.#columns.size > 0;
  }

  table(table: string): boolean {
    return this.#tables.has(table);
  }

  column(table: string, column: string): boolean {
    return this.#tables.has(table) || this.#columns.get(table)?.has(column) === true;
  }

  /** A read as the server can make it; undefined when it would find nothing. */
  read({ table, where, columns }: Read): Read | undefined {
    if (this.#tables.has(table) || where.some(([column]) => this.column(table, column))) return undefined;
    return { table, where, columns: columns.filter((column) => !this.column(table, column)) };
  }

  /** A row as the read asked for it. */
  row({ table, columns }: Read, row: SelectedRow): SelectedRow {
    const described = this.#schema.tables.get(table)!.columns;
    const lost = columns.filter((column) => this.column(table, column));
    return { ...row, ...Object.fromEntries(lost.map((name) => [name, defaultValue(described.get(name)!.type)])) };
  }

  /** Whether a check is about anything that can change. */
  concerns(check: Operation): boolean {
    return check.op !== 'wait' || this.read(check) !== undefined;
  }

  /** An operation with its checks as the server can make them. What it can't write is for the server to say. */
  operation(operation: Operation): Operation {
    if (operation.op !== 'wait') return operation;
    const read = this.read(operation);
    if (!read) return comment('');
    const rows = operation.rows.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([column]) => !this.column(operation.table, column))),
    );
    return { ...operation, columns: read.columns, rows };
  }
}

function member(json: Json | undefined, name: string): Json | undefined {
  return json !== undefined && isObject(json) ? json[name] : undefined;
}
