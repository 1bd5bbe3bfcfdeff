import { SchemaError } from './errors.js';

/** The five atomic types of RFC 7047, section 3.2. */
export type AtomicType = 'integer' | 'real' | 'boolean' | 'string' | 'uuid';

/** An atom's type with its constraints (`<base-type>`). */
export interface BaseType {
  readonly type: AtomicType;
  readonly enum?: ReadonlySet<string | number | bigint | boolean>;
  readonly min?: number | bigint;
  readonly max?: number | bigint;
  readonly refTable?: string;
  readonly refType?: 'strong' | 'weak';
}

/** A column's type (`<type>`): a scalar, an optional scalar, a set or a map. */
export interface ColumnType {
  readonly key: BaseType;
  readonly value: BaseType | undefined;
  readonly min: number;
  /** `Infinity` for "unlimited". */
  readonly max: number;
}

/** A column of a table. */
export interface ColumnSchema {
  readonly name: string;
  readonly type: ColumnType;
  readonly ephemeral: boolean;
  readonly mutable: boolean;
}

/** A table: its columns by name. */
export interface TableSchema {
  readonly name: string;
  readonly columns: ReadonlyMap<string, ColumnSchema>;
  readonly isRoot: boolean;
  readonly maxRows: number;
  /** Each a set of columns whose values together are unique in the table. */
  readonly indexes: readonly (readonly string[])[];
}

/** A database: its tables by name. */
export interface DatabaseSchema {
  readonly name: string;
  readonly version: string;
  readonly cksum: string | undefined;
  readonly tables: ReadonlyMap<string, TableSchema>;
}

type Json = Record<string, unknown>;

function object(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SchemaError(`schema: ${what} must be an object`);
  }
  return value as Json;
}

const atomicTypes = new Set<unknown>(['integer', 'real', 'boolean', 'string', 'uuid']);

function parseBaseType(json: unknown, what: string): BaseType {
  const raw = typeof json === 'string' ? { type: json } : object(json, what);
  if (!atomicTypes.has(raw.type)) {
    const given = typeof raw.type === 'object' ? 'an object' : String(raw.type);
    throw new SchemaError(`schema: ${what}: "${given}" is not an atomic type of RFC 7047`);
  }
  const type = raw.type as AtomicType;
  const min = raw.minInteger ?? raw.minReal ?? raw.minLength;
  const max = raw.maxInteger ?? raw.maxReal ?? raw.maxLength;
  if (raw.refTable !== undefined && typeof raw.refTable !== 'string') {
    throw new SchemaError(`schema: ${what}: refTable must be a string`);
  }
  return {
    type,
    ...(raw.enum === undefined ? {} : { enum: new Set(enumAtoms(raw.enum, what)) }),
    ...(min === undefined ? {} : { min: min as number | bigint }),
    ...(max === undefined ? {} : { max: max as number | bigint }),
    ...(raw.refTable === undefined
      ? {}
      : { refTable: raw.refTable, refType: raw.refType === 'weak' ? 'weak' : 'strong' }),
  };
}

/** An enum is written as a set, or as its only atom. */
function enumAtoms(json: unknown, what: string): (string | number | bigint | boolean)[] {
  const atoms: unknown = Array.isArray(json) && json[0] === 'set' ? json[1] : [json];
  if (!Array.isArray(atoms)) throw new SchemaError(`schema: ${what}: enum must be a set`);
  return atoms as (string | number | bigint | boolean)[];
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function parseColumnType(json: unknown, what: string): ColumnType {
  if (typeof json === 'string') return { key: parseBaseType(json, what), value: undefined, min: 1, max: 1 };
  const raw = object(json, what);
  const { min = 1, max = 1 } = raw;
  if (!isCount(min)) throw new SchemaError(`schema: ${what}: min must be 0 or 1`);
  if (max !== 'unlimited' && !(isCount(max) && max >= 1 && max >= min)) {
    throw new SchemaError(`schema: ${what}: max must be a whole number of at least 1 and at least min, or "unlimited"`);
  }
  return {
    key: parseBaseType(raw.key, `${what} key`),
    value: raw.value === undefined ? undefined : parseBaseType(raw.value, `${what} value`),
    min,
    max: max === 'unlimited' ? Number.POSITIVE_INFINITY : max,
  };
}

/** The columns that every row has, and no schema lists (RFC 7047, section 3.2). */
const implicitColumns: readonly ColumnSchema[] = ['_uuid', '_version'].map((name) => ({
  name,
  type: { key: { type: 'uuid' }, value: undefined, min: 1, max: 1 },
  ephemeral: false,
  mutable: false,
}));

function parseTable(name: string, json: unknown): TableSchema {
  const raw = object(json, `table ${name}`);
  const columns = new Map<string, ColumnSchema>(implicitColumns.map((column) => [column.name, column]));
  for (const [columnName, column] of Object.entries(object(raw.columns, `columns of table ${name}`))) {
    const what = `column ${columnName} of table ${name}`;
    const rawColumn = object(column, what);
    columns.set(columnName, {
      name: columnName,
      type: parseColumnType(rawColumn.type, what),
      ephemeral: rawColumn.ephemeral === true,
      mutable: rawColumn.mutable !== false,
    });
  }
  return {
    name,
    columns,
    isRoot: raw.isRoot === true,
    maxRows: typeof raw.maxRows === 'number' ? raw.maxRows : Number.POSITIVE_INFINITY,
    indexes: Array.isArray(raw.indexes) ? (raw.indexes as string[][]) : [],
  };
}

/**
 * Reads a database schema as `get_schema` returns it (RFC 7047, section 3.2; equivalent to `ovsdb-client get-schema`).
 *
 * @throws {SchemaError} naming the table or column that can't be read.
 */
export function parseSchema(json: unknown): DatabaseSchema {
  const raw = object(json, 'the document');
  if (typeof raw.name !== 'string') throw new SchemaError('schema: name must be a string');
  return {
    name: raw.name,
    version: typeof raw.version === 'string' ? raw.version : '0.0.0',
    cksum: typeof raw.cksum === 'string' ? raw.cksum : undefined,
    tables: new Map(
      Object.entries(object(raw.tables, 'tables')).map(([name, table]) => [name, parseTable(name, table)]),
    ),
  };
}

/** The table's schema. @throws {SchemaError} naming the database's tables when there is none of that name. */
export function tableSchema(schema: DatabaseSchema, table: string): TableSchema {
  const found = schema.tables.get(table);
  if (!found) {
    throw new SchemaError(
      `database ${schema.name} has no table "${table}"; its tables are ${[...schema.tables.keys()].join(', ')}`,
    );
  }
  return found;
}

/** The column's schema. @throws {SchemaError} naming the table's columns when there is none of that name. */
export function columnSchema(table: TableSchema, column: string): ColumnSchema {
  const found = table.columns.get(column);
  if (!found) {
    throw new SchemaError(
      `table ${table.name} has no column "${column}"; its columns are ${[...table.columns.keys()].join(', ')}`,
    );
  }
  return found;
}
