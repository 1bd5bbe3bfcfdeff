import { Fatal } from '../fatal.js';
import { isObject, type Json, Shash, serialize } from '../json/index.js';
import { type Column, compareDatums, type Datum, datumFromJson, datumToJson, type Table } from '../schema/index.js';
import type { Call, Context } from './context.js';
import { fetchSchema } from './schema-commands.js';

/** `dump [TABLE [COLUMN...]]`. */
export async function dump(context: Context, { rpc, database, args }: Call): Promise<void> {
  const schema = await fetchSchema(rpc, database);
  const [name, ...names] = args;
  let tables = schema.tables.sorted().map(([, table]) => table);
  if (name !== undefined) {
    const table = schema.tables.get(name);
    if (!table) throw new Fatal(`No table "${name}" found.`);
    tables = [table];
  }
  const columnsOf = (table: Table): Column[] => chooseColumns(table, names);
  const selects = tables.map((table) => ({
    op: 'select',
    table: table.name,
    where: [],
    columns: columnsOf(table).map((column) => column.name),
  }));
  const reply = await rpc.transact('transact', [database, ...selects], context.options.style.pretty);
  if (!Array.isArray(reply) || reply.length !== tables.length) {
    throw new Fatal(`reply is not array of ${tables.length} elements: ${serialize(reply)}`);
  }
  tables.forEach((table, i) => {
    printTable(context, table.name, columnsOf(table), rowsOf(table.name, reply[i]!));
  });
}

/** The columns that are named, else all; never `_version`, which changes with every transaction. */
function chooseColumns(table: Table, names: readonly string[]): Column[] {
  const chosen = names.map((name) => {
    const column = table.columns.get(name);
    if (!column) throw new Fatal(`Table "${table.name}" has no column ${name}.`);
    return column;
  });
  const columns = names.length > 0 ? chosen : [...table.columns.values()];
  return columns.filter((column) => column.name !== '_version');
}

/** The rows of a `select`'s result. @throws {Fatal} */
export function rowsOf(table: string, result: Json): Json[] {
  const rows = isObject(result) ? result.rows : undefined;
  if (Array.isArray(rows)) return rows;
  throw new Fatal(`${table} table reply is not an object with a "rows" member array: ${serialize(result)}`);
}

function printTable(context: Context, table: string, unsorted: Column[], rows: Json[]): void {
  const columns = Shash.from(unsorted.map((column) => [column.name, column] as const))
    .sorted()
    .map(([, column]) => column);
  const data = rows.map((row, y) => {
    if (!isObject(row)) throw new Fatal(`row ${y} in table ${table} response is not a JSON object: ${serialize(row)}`);
    return columns.map(({ name, type }) => {
      const json = row[name];
      if (json === undefined) throw new Fatal(`row ${y} in table ${table} response lacks ${name} column`);
      return datumFromJson(type, json, false);
    });
  });
  data.sort((a, b) => compareRows(columns, a, b));
  context.tables.print({
    caption: `${table} table`,
    columns: columns.map(({ name }) => name),
    rows: data.map((row) =>
      row.map((datum, x) => ({ json: datumToJson(columns[x]!.type, datum), type: columns[x]!.type })),
    ),
  });
}

/** By all columns in order, those of uuids last: they are random, and would make the output irreproducible. */
function compareRows(columns: readonly Column[], a: readonly Datum[], b: readonly Datum[]): number {
  for (const uuids of [false, true]) {
    for (const [x, { type }] of columns.entries()) {
      if ((type.key.type === 'uuid') !== uuids) continue;
      const order = compareDatums(type, a[x]!, b[x]!);
      if (order !== 0) return order;
    }
  }
  return 0;
}
