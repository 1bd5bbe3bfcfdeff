import { readFileSync } from 'node:fs';
import { Fatal } from '../fatal.js';
import { type Json, JsonSyntaxError, parseJson, serialize } from '../json/index.js';
import { OvsdbTextError, type Schema, schemaFromJson, schemaToJson } from '../schema/index.js';
import { errnoOf, strerror } from '../strerror.js';
import type { Call, Context } from './context.js';
import { sendDbChangeAware } from './monitor.js';
import { fetchSchema } from './schema-commands.js';

/** Reads a schema file. @throws {OvsdbTextError} */
function readSchema(file: string): Schema {
  let json: Json;
  try {
    json = parseJson(readFileSync(file));
  } catch (error) {
    const why =
      error instanceof JsonSyntaxError ? error.message : `error opening "${file}": ${strerror(errnoOf(error) ?? '')}`;
    throw new OvsdbTextError('failed to read schema', `"${file}" could not be read as JSON (${why})`);
  }
  try {
    return schemaFromJson(json);
  } catch (error) {
    throw error instanceof OvsdbTextError ? error.wrap(`failed to parse "${file}" as ovsdb schema`) : error;
  }
}

/** `convert SCHEMA`. */
export async function convert(context: Context, { rpc, args }: Call): Promise<void> {
  const schema = readSchema(args[0]!);
  await sendDbChangeAware(context, rpc);
  await rpc.transact('convert', [schema.name, schemaToJson(schema)], context.options.style.pretty);
}

/** `needs-conversion SCHEMA`. */
export async function needsConversion(context: Context, { rpc, args }: Call): Promise<void> {
  const schema = readSchema(args[0]!);
  const current = await fetchSchema(rpc, schema.name);
  context.print(sameSchema(schema, current) ? 'no\n' : 'yes\n');
}

function sameSchema(a: Schema, b: Schema): boolean {
  const text = (schema: Schema) => serialize(schemaToJson(schema), { sort: true });
  return text(a) === text(b);
}

/** Refuses to go on with a schema that differs, unless `--force`. @throws {Fatal} */
export function requireSameSchema(context: Context, backup: Schema, current: Schema): void {
  if (sameSchema(backup, current)) return;
  const difference =
    backup.version === current.version
      ? `backup schema and database schema are both version ${current.version} but still differ`
      : `backup schema has version "${backup.version}" but database schema has version "${current.version}"`;
  if (!context.options.force) {
    const advice = 'use --force to override differences, or "ovsdb-client convert" to change the schema';
    throw new Fatal(`${difference} (${advice})`);
  }
  context.log.log('ovsdb_client', 'INFO', difference);
}
