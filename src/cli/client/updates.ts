import { isObject, type Json, type JsonObject, Shash } from '../json/index.js';
import type { Cell } from '../table/index.js';
import type { Context } from './context.js';
import type { MonitoredTable } from './monitored.js';

/** Prints what monitors report. */
export class UpdatePrinter {
  readonly #context: Context;
  readonly #tables: readonly MonitoredTable[];

  constructor(context: Context, tables: readonly MonitoredTable[]) {
    this.#context = context;
    this.#tables = tables;
  }

  /** `<table-updates>` (RFC 7047 section 4.1.6). */
  print(updates: Json, initial: boolean): void {
    this.#each(updates, '<table-updates>', '<table-update>', (monitored, id, update, rows) => {
      const { old, new: current }: JsonObject = isObject(update) ? update : {};
      if (!isObject(update)) this.#complain('<row-update> is not object');
      else if (initial) this.#row(rows, monitored, 'initial', id, current);
      else if (old === undefined) this.#row(rows, monitored, 'insert', id, current);
      else if (current === undefined) this.#row(rows, monitored, 'delete', id, old);
      else {
        this.#row(rows, monitored, 'old', id, old);
        this.#row(rows, monitored, 'new', '', current);
      }
    });
  }

  /** `<table-updates2>` (ovsdb-server(7), section 4.1.14). */
  print2(updates: Json): void {
    this.#each(updates, '<table-updates2>', '<table-update>', (monitored, id, update, rows) => {
      if (!isObject(update)) {
        this.#complain('<row-update2> is not object');
        return;
      }
      const kind = ['delete', 'initial', 'modify', 'insert'].find((name) => Object.hasOwn(update, name));
      if (kind === undefined) return;
      if (kind !== 'delete') this.#row(rows, monitored, kind, id, update[kind]);
      else if (update.delete !== null) this.#complain('delete method does not expect <row>');
      else rows.push([id, kind, ...monitored.columns.map(() => undefined)]);
    });
  }

  #each(
    updates: Json,
    what: string,
    whatOfTable: string,
    print: (monitored: MonitoredTable, id: string, update: Json, rows: Cell[][]) => void,
  ): void {
    if (!isObject(updates)) {
      this.#complain(`${what} is not object`);
      return;
    }
    for (const monitored of this.#tables) {
      const { name } = monitored.table;
      const update = updates[name];
      if (update === undefined) continue;
      if (!isObject(update)) {
        this.#complain(`${whatOfTable} for table ${name} is not object`);
        continue;
      }
      const rows: Cell[][] = [];
      for (const [id, row] of Shash.from(Object.entries(update))) print(monitored, id, row, rows);
      this.#context.tables.print({
        caption: this.#tables.length > 1 ? name : undefined,
        timestamp: this.#context.options.timestamp ? new Date() : undefined,
        columns: ['row', 'action', ...monitored.columns.map((column) => column.name)],
        rows,
      });
    }
  }

  #row(rows: Cell[][], { columns }: MonitoredTable, action: string, id: string, row: Json | undefined): void {
    if (!isObject(row)) {
      this.#complain(row === undefined ? `missing ${action} row` : '<row> is not object');
      return;
    }
    const cells = columns.map(({ name, type }) => (row[name] === undefined ? undefined : { json: row[name], type }));
    rows.push([id, action, ...cells]);
  }

  #complain(message: string): void {
    this.#context.io.stderr.write(`${this.#context.program}: ${message}\n`);
  }
}
