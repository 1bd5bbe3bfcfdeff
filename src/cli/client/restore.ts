import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { Fatal } from '../fatal.js';
import { isObject, type Json, type JsonObject, serialize } from '../json/index.js';
import type { ColumnType, Table } from '../schema/index.js';
import type { Call, Context } from './context.js';
import { requireSameSchema } from './convert.js';
import { replay } from './replay.js';
import { fetchSchema } from './schema-commands.js';

/** `restore`: replaces what the database holds by a backup from standard input, in one transaction. */
export async function restore(context: Context, { rpc, database }: Call): Promise<void> {
  if (isatty(0)) throw new Fatal('not reading backup from a terminal; please redirect stdin from a file');
  const current = await fetchSchema(rpc, database);
  const { schema, tables } = replay(readFileSync(0), '/dev/stdin');
  requireSameSchema(context, schema, current);
  const operations: Json[] = [];
  for (const table of schema.tables.values()) {
    operations.push({ op: 'delete', table: table.name, where: [] });
    for (const [uuid, row] of tables.get(table.name) ?? []) operations.push(insert(table, uuid, row));
  }
  const reply = await rpc.transact('transact', [schema.name, ...operations]);
  if (!Array.isArray(reply)) throw new Fatal('result is not array');
  for (const result of reply) {
    if (isObject(result)) {
      if (result.error !== undefined) {
        throw new Fatal(`server returned error reply: ${serialize(result, { sort: true })}`);
      }
    } else if (result !== null) {
      throw new Fatal('result array element is not object');
    }
  }
}

/** The server gives the row another uuid; references follow by name. */
function insert(table: Table, uuid: string, row: JsonObject): Json {
  const columns: JsonObject = {};
  for (const { name, type, persistent } of table.columns.values()) {
    const value = row[name];
    if (persistent && value !== undefined && !name.startsWith('_')) columns[name] = named(type, value);
  }
  return { op: 'insert', table: table.name, 'uuid-name': rowName(uuid), row: columns };
}

function rowName(uuid: string): string {
  return `row${uuid.replaceAll('-', '_')}`;
}

/** A value whose references name rows of the same transaction. */
function named({ key, value: mapped }: ColumnType, json: Json): Json {
  const atom = (refTable: string | undefined, member: Json): Json =>
    refTable !== undefined && Array.isArray(member) ? ['named-uuid', rowName(String(member[1]))] : member;
  const [tag, members] = Array.isArray(json) ? json : [];
  if (tag === 'map' && mapped && Array.isArray(members)) {
    const pairs = members as [Json, Json][];
    return ['map', pairs.map(([k, v]) => [atom(key.refTable, k), atom(mapped.refTable, v)])];
  }
  if (tag === 'set' && Array.isArray(members)) return ['set', members.map((member) => atom(key.refTable, member))];
  return atom(key.refTable, json);
}
