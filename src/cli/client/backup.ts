import { isatty } from 'node:tty';
import { Fatal } from '../fatal.js';
import { isObject, type Json, Shash, serialize } from '../json/index.js';
import { schemaToJson } from '../schema/index.js';
import type { Call, Context } from './context.js';
import { rowsOf } from './dump.js';
import { composeRecord } from './log-file.js';
import { fetchSchema } from './schema-commands.js';

/** `backup`: the database as a file that ovsdb-server(1) can serve, and `restore` reads. */
export async function backup(context: Context, { rpc, database }: Call): Promise<void> {
  if (context.io.stdout === process.stdout && isatty(1)) {
    throw new Fatal('not writing backup to a terminal; please redirect stdout to a file');
  }
  const schema = await fetchSchema(rpc, database);
  const tables = [...schema.tables.values()];
  // A table with ephemeral columns only has rows all the same, and others may refer to them.
  const selects = tables.map(({ name, columns }) => ({
    op: 'select',
    table: name,
    where: [],
    columns: [...columns.values()].filter(({ persistent }) => persistent).map((column) => column.name),
  }));
  const reply = await rpc.transact('transact', [database, ...selects], context.options.style.pretty);
  if (!Array.isArray(reply) || reply.length !== tables.length) {
    throw new Fatal(`reply is not array of ${tables.length} elements: ${serialize(reply)}`);
  }
  const transaction = new Shash<Json | Shash<Json>>();
  tables.forEach(({ name }, i) => {
    const rows = rowsOf(name, reply[i]!);
    if (rows.length > 0) transaction.set(name, tableRecord(name, rows));
  });
  transaction.set('_comment', 'produced by "ovsdb-client backup"');
  transaction.set('_is_diff', true);
  transaction.set('_date', Date.now());
  context.print(composeRecord(schemaToJson(schema)) + composeRecord(transaction as Shash<Json>));
}

/** Rows by their uuid, each in the order that it came. */
function tableRecord(table: string, rows: Json[]): Shash<Json> {
  const record = new Shash<Json | Shash<Json>>();
  for (const row of rows) {
    if (!isObject(row)) throw new Fatal(`${table} table reply row is not an object: ${serialize(row)}`);
    const members = Shash.from(Object.entries(row));
    const uuid = members.get('_uuid');
    if (!Array.isArray(uuid)) throw new Fatal(`${table} table reply row lacks _uuid member: ${serialize(row)}`);
    members.delete('_uuid');
    record.set(String(uuid[1]), members);
  }
  return record as Shash<Json>;
}
