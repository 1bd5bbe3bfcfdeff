import { isObject, type Json, type JsonObject, serialize } from '../json/index.js';
import { type Column, OvsdbTextError, type Schema, schemaFromJson, type Table } from '../schema/index.js';
import { readRecords } from './log-file.js';

/** What a database file holds once all of its transactions have been replayed. */
export interface Snapshot {
  readonly schema: Schema;
  /** Table name to row uuid to columns; a column that is missing has its default. */
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, JsonObject>>;
}

/** Reads a standalone database file (ovsdb(5), "Standalone Format"). @throws {OvsdbTextError} */
export function replay(file: Buffer, name: string): Snapshot {
  let schema: Schema | undefined;
  const tables = new Map<string, Map<string, JsonObject>>();
  for (const record of readRecords(file, name)) {
    if (schema) applyTransaction(schema, tables, record);
    else {
      schema = schemaFromJson(record);
      for (const table of schema.tables.values()) tables.set(table.name, new Map());
    }
  }
  if (!schema) throw new OvsdbTextError('ovsdb error', `${name}: cannot identify file type`);
  return { schema, tables };
}

function applyTransaction(schema: Schema, tables: Map<string, Map<string, JsonObject>>, record: JsonObject): void {
  const isDiff = record._is_diff === true;
  for (const [name, changes] of Object.entries(record)) {
    const table = schema.tables.get(name);
    const rows = tables.get(name);
    if (!table || !rows || !isObject(changes)) {
      // Members such as _date and _comment; a file that was converted may also name a table that is gone.
      if (name.startsWith('_')) continue;
      throw new OvsdbTextError('unknown table', `No table named ${name}.`);
    }
    for (const [uuid, change] of Object.entries(changes)) {
      const row = rows.get(uuid);
      if (change === null) rows.delete(uuid);
      else if (isObject(change)) rows.set(uuid, row ? updated(table, row, change, isDiff) : change);
    }
  }
}

function updated(table: Table, row: JsonObject, change: JsonObject, isDiff: boolean): JsonObject {
  const result = { ...row };
  for (const [name, value] of Object.entries(change)) {
    const column = table.columns.get(name);
    result[name] = isDiff && column ? applyDiff(column, row[name], value) : value;
  }
  return result;
}

/** A set's difference holds what came and what went; a map's also the new value of a key that stayed. */
function applyDiff(column: Column, old: Json | undefined, diff: Json): Json {
  const { value, max } = column.type;
  if (max === 1) return diff;
  if (!value) {
    const members = new Map(membersOf(old).map((member) => [serialize(member), member]));
    for (const member of membersOf(diff)) {
      const key = serialize(member);
      if (!members.delete(key)) members.set(key, member);
    }
    return ['set', [...members.values()]];
  }
  const pairs = new Map(membersOf(old).map((pair) => [serialize((pair as Json[])[0]!), pair]));
  for (const pair of membersOf(diff)) {
    const key = serialize((pair as Json[])[0]!);
    const same = serialize(pairs.get(key) ?? null) === serialize(pair);
    if (same) pairs.delete(key);
    else pairs.set(key, pair);
  }
  return ['map', [...pairs.values()]];
}

/** The members of a set or map, also of a set that is written as its only member. */
function membersOf(json: Json | undefined): Json[] {
  if (json === undefined) return [];
  const [tag, members] = Array.isArray(json) ? json : [];
  return (tag === 'set' || tag === 'map') && Array.isArray(members) ? members : [json];
}
