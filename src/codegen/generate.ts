import type { ColumnSchema, DatabaseSchema, TableSchema } from '../ovsdb/index.js';
import { camelCase, checkId, Names, pascalCase } from './names.js';
import { columnNote, columnText, literal } from './types.js';

export interface GenerateOptions {
  /** What generated code imports from: `ovskit/ovsdb`, unless the file is a part of ovskit itself. */
  readonly importFrom?: string | undefined;
  /** The command that makes the file, for its header. */
  readonly command: string;
}

/** The width that generated lines keep to where they can be broken. */
const WIDTH = 120;

const HELPERS = ['Integer', 'MapInput', 'Reference', 'SetInput'];

/** The columns that a schema lists, in alphabetical order: a server gives them in another at each start. */
function columnsOf(table: TableSchema): ColumnSchema[] {
  return [...table.columns.values()]
    .filter(({ name }) => name !== '_uuid' && name !== '_version')
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Without these an insert can only fail: the default of a reference leads nowhere. */
function isRequired({ type }: ColumnSchema): boolean {
  return type.key.refTable !== undefined && type.min > 0;
}

/** `head` and then a union, broken as Biome and Prettier break it. */
function union(head: string, members: readonly string[]): string {
  const line = `${head} ${members.join(' | ')};`;
  return line.length <= WIDTH ? line : `${head}\n${members.map((member) => `  | ${member}`).join('\n')};`;
}

/** `indent`, `head` and then an array of literals. */
function list(indent: string, head: string, items: readonly string[]): string {
  const line = `${indent}${head}[${items.join(', ')}],`;
  return line.length <= WIDTH
    ? line
    : `${indent}${head}[\n${items.map((item) => `${indent}  ${item},\n`).join('')}${indent}],`;
}

interface TableText {
  readonly name: string;
  /** The identifier that Row, Insert and Update are put behind. */
  readonly type: string;
  readonly columns: readonly string[];
  readonly index: string;
  readonly text: string;
}

function generateTable(table: TableSchema, names: Names): TableText {
  checkId(table.name, 'a table');
  const type = names.claim(pascalCase(table.name), ['Row', 'Insert', 'Update']);
  const columns = columnsOf(table);
  const enums: string[] = [];
  const read = ['  readonly _uuid: string;', '  readonly _version: string;'];
  const written: string[] = [];
  for (const column of columns) {
    checkId(column.name, `a column of table ${table.name}`);
    const text = columnText(column.type, (values, part) => {
      const name = names.claim(type + pascalCase(column.name) + part);
      enums.push(union(`export type ${name} =`, values));
      return name;
    });
    const note = [columnNote(column.type), column.ephemeral ? 'ephemeral' : '', column.mutable ? '' : 'immutable'];
    const doc = note.filter((each) => each !== '').join('; ');
    if (doc) read.push(`  /** ${doc} */`);
    read.push(`  readonly ${column.name}: ${text.read};`);
    const optional = isRequired(column) ? [':', ''] : ['?:', ' | undefined'];
    written.push(`  readonly ${column.name}${optional[0]} ${text.written}${optional[1]};`);
  }
  const fixed = columns.filter(({ mutable }) => !mutable).map(({ name }) => literal(name));
  const rest = fixed.length > 0 ? `Omit<${type}Insert, ${fixed.join(' | ')}>` : `${type}Insert`;
  const update = columns.some(isRequired) ? `Partial<${rest}>` : rest;
  const unique = table.indexes.flatMap((index) => (index.length === 1 ? index.map(literal) : []));
  return {
    name: table.name,
    type,
    columns: columns.map(({ name }) => name),
    index: unique.join(' | ') || 'never',
    text: [
      ...enums,
      '',
      `/** A row of ${table.name}. */`,
      `export interface ${type}Row {`,
      ...read,
      '}',
      '',
      `/** What an insert into ${table.name} takes. */`,
      `export interface ${type}Insert {`,
      ...written,
      '}',
      '',
      `/** What an update of ${table.name} may set. */`,
      `export type ${type}Update = ${update};`,
    ]
      .slice(enums.length > 0 ? 0 : 1)
      .join('\n'),
  };
}

/** One line of a comment, whatever the text holds. */
const comment = (text: string): string => text.replaceAll('*/', '*\\/').replace(/[\p{Cc}\u2028\u2029]/gu, ' ');

/**
 * TypeScript for a database: for each table the row as it is read, what an insert and an update take, and a constant
 * that binds operations, monitors and transactions to them (`defineDatabase`).
 *
 * @throws {SchemaError} when a table or column has a name that RFC 7047 does not allow.
 */
export function generate(schema: DatabaseSchema, options: GenerateOptions): string {
  checkId(schema.name, 'the database');
  const names = new Names();
  const constant = names.claim(camelCase(schema.name));
  const tablesType = names.claim(`${pascalCase(schema.name)}Tables`);
  const tables = [...schema.tables.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((table) => generateTable(table, names));
  const body = tables.map(({ text }) => text).join('\n\n');
  const helpers = HELPERS.filter((name) => new RegExp(`\\b${name}\\b`).test(body)).map((name) => `type ${name}`);
  const cksum = schema.cksum === undefined ? '' : `, checksum ${schema.cksum}`;
  return `${[
    '/**',
    ` * The tables of database ${schema.name}: schema version ${comment(schema.version)}${comment(cksum)}.`,
    ' * Generated; to change it, run',
    ` *   ${comment(options.command)}`,
    ' */',
    `import { ${['defineDatabase', ...helpers].join(', ')} } from ${literal(options.importFrom ?? 'ovskit/ovsdb')};`,
    '',
    body,
    '',
    `/** The types of every table of ${schema.name}. */`,
    `export interface ${tablesType} {`,
    ...tables.flatMap(({ name, type, index }) => [
      `  readonly ${name}: {`,
      `    readonly row: ${type}Row;`,
      `    readonly insert: ${type}Insert;`,
      `    readonly update: ${type}Update;`,
      `    readonly index: ${index};`,
      '  };',
    ]),
    '}',
    '',
    `/** The database ${schema.name}, typed: builds its operations, runs and monitors them on a client. */`,
    `export const ${constant} = defineDatabase<${tablesType}>({`,
    `  name: ${literal(schema.name)},`,
    `  version: ${literal(schema.version)},`,
    '  tables: {',
    ...tables.map(({ name, columns }) => list('    ', `${name}: `, columns.map(literal))),
    '  },',
    '});',
  ].join('\n')}\n`;
}
