import { type Json, type JsonObject, Shash } from '../json/index.js';
import { syntaxError } from './error.js';
import { isId, MemberParser } from './parser.js';
import type { BaseType, ColumnType } from './shape.js';
import { typeFromJson, typeToJson, UUID_TYPE } from './type.js';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly mutable: boolean;
  readonly persistent: boolean;
}

export interface Table {
  readonly name: string;
  /** With `_uuid` and `_version`. */
  readonly columns: Shash<Column>;
  readonly mutable: boolean;
  isRoot: boolean;
  readonly maxRows: number | bigint | undefined;
  readonly indexes: readonly (readonly string[])[];
}

/** A schema as ovsdb/ovsdb.c keeps it; tables and columns walk in its order. */
export interface Schema {
  readonly name: string;
  /** Empty when the schema names none. */
  readonly version: string;
  readonly cksum: string;
  readonly tables: Shash<Table>;
}

/**
 * Reads a schema as `ovsdb_schema_from_json` (RFC 7047 section 3.2).
 *
 * @throws {OvsdbTextError} in the words of the stock tools.
 */
export function schemaFromJson(json: Json): Schema {
  const parser = new MemberParser(json, 'database schema');
  const name = parser.required('name', 'id') as string;
  const version = (parser.optional('version', 'string') ?? '') as string;
  const cksum = (parser.optional('cksum', 'string') ?? '') as string;
  const tablesJson = parser.required('tables', 'object') as JsonObject;
  parser.finish();
  if (version !== '' && !/^\d+\.\d+\.\d+$/.test(version)) {
    throw syntaxError(json, `schema version "${version}" not in format x.y.z`);
  }
  const tables = new Shash<Table>();
  for (const [tableName, table] of Shash.from(Object.entries(tablesJson))) {
    checkName(tableName, json);
    tables.set(tableName, tableFromJson(tableName, table));
  }
  const all = [...tables.values()];
  // Before `isRoot` there was no garbage collection: without a root, every table is one.
  if (!all.some((table) => table.isRoot)) for (const table of all) table.isRoot = true;
  for (const table of all) for (const column of table.columns.values()) checkReferences(column, tables);
  return { name, version, cksum, tables };
}

function checkName(name: string, json: Json): void {
  if (name.startsWith('_')) throw syntaxError(json, 'names beginning with "_" are reserved');
  if (!isId(name)) throw syntaxError(json, 'name must be a valid id');
}

function checkReferences(column: Column, tables: Shash<Table>): void {
  const check = (base: BaseType | undefined, part: string) => {
    if (base?.refTable === undefined || tables.get(base.refTable)) return;
    throw syntaxError(undefined, `column ${column.name} ${part} refers to undefined table ${base.refTable}`);
  };
  check(column.type.key, 'key');
  check(column.type.value, 'value');
}

function tableFromJson(name: string, json: Json): Table {
  const parser = new MemberParser(json, `table schema for table ${name}`);
  const columnsJson = parser.required('columns', 'object') as JsonObject;
  const mutable = parser.optional('mutable', 'boolean') !== false;
  const maxRows = parser.optional('maxRows', 'integer') as number | bigint | undefined;
  const isRoot = parser.optional('isRoot', 'boolean') === true;
  const indexesJson = parser.optional('indexes', 'array') as Json[] | undefined;
  parser.finish();
  if (maxRows !== undefined && maxRows <= 0) throw syntaxError(json, 'maxRows must be at least 1');
  const columns = new Shash<Column>();
  for (const implicit of ['_uuid', '_version']) {
    const persistent = implicit === '_uuid';
    columns.set(implicit, { name: implicit, type: UUID_TYPE, mutable: false, persistent });
  }
  if (Object.keys(columnsJson).length === 0) throw syntaxError(json, 'table must have at least one column');
  for (const [columnName, column] of Shash.from(Object.entries(columnsJson))) {
    checkName(columnName, json);
    columns.set(columnName, columnFromJson(columnName, column));
  }
  const indexes = (indexesJson ?? []).map((index) => indexFromJson(index, name, columns, json));
  return { name, columns, mutable, isRoot, maxRows, indexes };
}

function columnFromJson(name: string, json: Json): Column {
  const parser = new MemberParser(json, `schema for column ${name}`);
  const mutable = parser.optional('mutable', 'boolean') !== false;
  const persistent = parser.optional('ephemeral', 'boolean') !== true;
  const type = parser.required('type', 'string', 'object');
  parser.finish();
  return { name, type: typeFromJson(type!), mutable, persistent };
}

function indexFromJson(index: Json, table: string, columns: Shash<Column>, json: Json): string[] {
  if (!Array.isArray(index)) throw syntaxError(index, 'array of distinct column names expected');
  const names = index.map((name) => {
    if (typeof name !== 'string') throw syntaxError(index, 'array of distinct column names expected');
    const column = columns.get(name);
    if (!column)
      throw syntaxError(index, `table ${table} has no column named ${name}? ${name} is not a valid column name`);
    if (!column.persistent) throw syntaxError(json, `ephemeral columns (such as ${name}) may not be indexed`);
    return name;
  });
  if (names.length === 0) throw syntaxError(json, 'index must have at least one column');
  if (new Set(names).size < names.length) throw syntaxError(index, 'array of distinct column names expected');
  return names;
}

/** Writes a schema in its normal form, as `ovsdb_schema_to_json`. */
export function schemaToJson(schema: Schema): JsonObject {
  const tables: [string, Json][] = [];
  const all = [...schema.tables.values()];
  const rootByDefault = all.every((table) => table.isRoot);
  for (const table of all) tables.push([table.name, tableToJson(table, rootByDefault)]);
  return {
    name: schema.name,
    ...(schema.version === '' ? {} : { version: schema.version }),
    ...(schema.cksum === '' ? {} : { cksum: schema.cksum }),
    tables: Object.fromEntries(tables),
  };
}

function tableToJson(table: Table, rootByDefault: boolean): JsonObject {
  const columns: [string, Json][] = [];
  for (const column of table.columns.values()) {
    if (!column.name.startsWith('_')) columns.push([column.name, columnToJson(column)]);
  }
  return {
    ...(table.mutable ? {} : { mutable: false }),
    ...(table.isRoot === rootByDefault ? {} : { isRoot: table.isRoot }),
    columns: Object.fromEntries(columns),
    ...(table.maxRows === undefined ? {} : { maxRows: table.maxRows }),
    ...(table.indexes.length === 0 ? {} : { indexes: table.indexes.map((index) => [...index]) }),
  };
}

function columnToJson(column: Column): JsonObject {
  return {
    ...(column.mutable ? {} : { mutable: false }),
    ...(column.persistent ? {} : { ephemeral: true }),
    type: typeToJson(column.type),
  };
}
