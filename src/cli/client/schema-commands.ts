import { Shash } from '../json/index.js';
import { type Schema, schemaFromJson, schemaToJson, typeToJson } from '../schema/index.js';
import type { Cell } from '../table/index.js';
import type { Call, Context } from './context.js';
import { fetchDatabases } from './open.js';
import type { Rpc } from './rpc.js';

/** The schema of a database, as the server has it. */
export async function fetchSchema(rpc: Rpc, database: string): Promise<Schema> {
  return schemaFromJson(await rpc.transact('get_schema', [database]));
}

/** `list-dbs`. */
export async function listDatabases(context: Context, { rpc }: Call): Promise<void> {
  const names = await fetchDatabases(rpc);
  for (const [name] of Shash.from(names.map((name) => [name, undefined] as const)).sorted()) context.print(`${name}\n`);
}

/** `get-schema`. */
export async function getSchema(context: Context, { rpc, database }: Call): Promise<void> {
  context.printJson(schemaToJson(await fetchSchema(rpc, database)));
}

/** `get-schema-version`. */
export async function getSchemaVersion(context: Context, { rpc, database }: Call): Promise<void> {
  context.print(`${(await fetchSchema(rpc, database)).version}\n`);
}

/** `get-schema-cksum`. */
export async function getSchemaCksum(context: Context, { rpc, database }: Call): Promise<void> {
  context.print(`${(await fetchSchema(rpc, database)).cksum}\n`);
}

/** `list-tables`. */
export async function listTables(context: Context, { rpc, database }: Call): Promise<void> {
  const { tables } = await fetchSchema(rpc, database);
  context.tables.print({ columns: ['Table'], rows: [...tables.values()].map(({ name }) => [name]) });
}

/** `list-columns [TABLE]`. */
export async function listColumns(context: Context, { rpc, database, args }: Call): Promise<void> {
  const { tables } = await fetchSchema(rpc, database);
  const only = args[0];
  const rows: Cell[][] = [];
  for (const table of tables.values()) {
    if (only !== undefined && table.name !== only) continue;
    for (const { name, type } of table.columns.values()) {
      rows.push([...(only === undefined ? [table.name] : []), name, { json: typeToJson(type) }]);
    }
  }
  context.tables.print({ columns: [...(only === undefined ? ['Table'] : []), 'Column', 'Type'], rows });
}
