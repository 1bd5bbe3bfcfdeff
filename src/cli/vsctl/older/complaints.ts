import type { ColumnSchema, DatabaseSchema, TableSchema } from '../../../ovsdb/schema.js';
import { compareBytes } from '../../json/index.js';
import type { Invocation } from '../command.js';
import { checkArgument } from '../database/argument.js';
import { findColumn, findColumns, findTable, isUuidColumn } from '../database/names.js';
import { recordIds } from '../database/records.js';
import type { Lacks } from './lacks.js';

/** Tables with the columns of each that the stock tool would keep a copy of. */
type Copy = Map<string, Set<string>>;

/** What commands that are not about any table copy beside what every server has. */
const own: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'add-aa-mapping': { Bridge: ['auto_attach'] },
  'del-aa-mapping': { Bridge: ['auto_attach'] },
  'get-aa-mapping': { Bridge: ['auto_attach'] },
  'add-zone-tp': { Open_vSwitch: ['datapaths'], Datapath: ['ct_zones'], CT_Zone: ['timeout_policy'] },
  'del-zone-tp': { Open_vSwitch: ['datapaths'], Datapath: ['ct_zones'], CT_Zone: ['timeout_policy'] },
  'list-zone-tp': { Open_vSwitch: ['datapaths'], Datapath: ['ct_zones'], CT_Zone: ['timeout_policy'] },
  'list-dp-cap': { Open_vSwitch: ['datapaths'] },
};

/** What ovs-vsctl says of an older database: each table and column that it lacks and the commands are about. */
export function complaints(schema: DatabaseSchema, invocations: readonly Invocation[], lacks: Lacks): string[] {
  const copy: Copy = new Map();
  for (const invocation of invocations) {
    const { syntax, args } = invocation;
    if (syntax.family === 'Database' && args.length > 0 && syntax.name !== 'comment' && syntax.name !== 'create') {
      const table = findTable(schema, args[0]!);
      addTable(copy, table.name);
      for (const { name } of columnsOf(table, invocation)) addColumn(schema, copy, table.name, name);
      const id = recordIds[table.name];
      if (id?.by === 'via') addColumn(schema, copy, id.table, id.column);
    }
    for (const [table, columns] of Object.entries(own[syntax.name] ?? {})) {
      for (const column of columns) addColumn(schema, copy, table, column);
    }
  }
  return [...copy]
    .sort(([a], [b]) => compareBytes(a, b))
    .flatMap(([table, columns]) => complain(lacks, table, columns));
}

function complain(lacks: Lacks, table: string, columns: ReadonlySet<string>): string[] {
  const advice = '(database needs upgrade?)';
  if (lacks.table(table)) return [`Open_vSwitch database lacks ${table} table ${advice}`];
  return [...columns]
    .filter((column) => lacks.column(table, column))
    .sort(compareBytes)
    .map((column) => `${table} table in Open_vSwitch database lacks ${column} column ${advice}`);
}

/** The columns that a database command names. */
function columnsOf(table: TableSchema, { syntax: { name }, args, options }: Invocation): ColumnSchema[] {
  switch (name) {
    case 'list':
      return findColumns(table, options.get('--columns'));
    case 'find':
      return [
        ...findColumns(table, options.get('--columns')),
        ...args.slice(1).map((word) => checkArgument(table, word)),
      ];
    case 'add':
    case 'remove':
      return [findColumn(table, args[2]!)];
    case 'clear':
      return args.slice(2).map((word) => findColumn(table, word));
    case 'get':
    case 'set':
    case 'wait-until':
      return args
        .slice(2)
        .filter((word) => !isUuidColumn(word))
        .map((word) => checkArgument(table, word));
    default:
      return [];
  }
}

function addTable(copy: Copy, table: string): Set<string> {
  const columns = copy.get(table) ?? new Set();
  copy.set(table, columns);
  return columns;
}

/** A column that refers to rows of a table brings that table along. */
function addColumn(schema: DatabaseSchema, copy: Copy, table: string, column: string): void {
  addTable(copy, table).add(column);
  const { key, value } = schema.tables.get(table)!.columns.get(column)!.type;
  for (const type of [key, value]) if (type?.refTable !== undefined) addTable(copy, type.refTable);
}
