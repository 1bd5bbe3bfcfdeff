import type { ColumnSchema, TableSchema } from '../../../ovsdb/schema.js';
import type { DraftRow } from '../../../vswitch/draft/index.js';
import { membersOf } from '../../../vswitch/draft/index.js';
import { Fatal } from '../../fatal.js';
import type { Cell, Table } from '../../table/index.js';
import type { CommandSyntax, Run } from '../command.js';
import { has, print } from '../command.js';
import { checkArgument, parseColumn } from '../database/argument.js';
import { meets } from '../database/condition.js';
import { findColumns, findTable, isUuidColumn } from '../database/names.js';
import { findRecord, getRecord, recordReads } from '../database/records.js';
import { atomFromString } from '../text/atom.js';
import { atomToString, printedType, valueToJson, valueToString } from '../text/print.js';

const family = 'Database';

function rowsTable(run: Run, columns: readonly ColumnSchema[], rows: readonly DraftRow[]): Table {
  const cell = (row: DraftRow, { name, type }: ColumnSchema): Cell => ({
    json: valueToJson(type, run.draft.get(row, name)),
    type: printedType(type),
  });
  return {
    columns: columns.map(({ name }) => name),
    rows: rows.map((row) => columns.map((column) => cell(row, column))),
  };
}

/** What must be read to show columns of many rows. */
function readOf(table: TableSchema, columns: readonly ColumnSchema[], more: readonly string[] = []): string[] {
  return [...new Set(['_uuid', ...columns.map(({ name }) => name), ...more])].filter((name) => table.columns.has(name));
}

const list: CommandSyntax = {
  name: 'list',
  usage: 'TABLE [RECORD]...',
  min: 1,
  max: Number.POSITIVE_INFINITY,
  options: ['--if-exists', '--columns='],
  writes: false,
  family,
  help: 'list RECords (or all records) in TBL',
  prepare({ schema, invocation: { args, options } }) {
    findColumns(findTable(schema, args[0]!), options.get('--columns'));
  },
  reads(schema, { args: [name, ...words] }) {
    const table = findTable(schema, name!);
    return words.flatMap((word) => recordReads(schema, table, word));
  },
  run(run) {
    const { draft, symbols, invocation } = run;
    const [name, ...words] = invocation.args;
    const table = findTable(draft.schema, name!);
    const columns = findColumns(table, invocation.options.get('--columns'));
    if (words.length === 0) {
      run.table = rowsTable(run, columns, draft.rows(table.name, readOf(table, columns)));
      return;
    }
    const find = has(run, '--if-exists') ? findRecord : getRecord;
    const rows = words.flatMap((word) => find(draft, table, word, symbols) ?? []);
    run.table = rowsTable(run, columns, rows);
  },
};

const find: CommandSyntax = {
  name: 'find',
  usage: 'TABLE [COLUMN[:KEY]=VALUE]...',
  min: 1,
  max: Number.POSITIVE_INFINITY,
  options: ['--columns='],
  writes: false,
  family,
  help: 'list records satisfying CONDITIONs in TBL',
  prepare({ schema, invocation: { args, options } }) {
    const [name, ...conditions] = args;
    const table = findTable(schema, name!);
    findColumns(table, options.get('--columns'));
    for (const condition of conditions) checkArgument(table, condition);
  },
  run(run) {
    const { draft, symbols, invocation } = run;
    const [name, ...conditions] = invocation.args;
    const table = findTable(draft.schema, name!);
    const columns = findColumns(table, invocation.options.get('--columns'));
    const asked = conditions.map((condition) => checkArgument(table, condition).name);
    const rows = draft
      .rows(table.name, readOf(table, columns, asked))
      .filter((row) => conditions.every((condition) => meets(draft, table, row, condition, symbols)));
    run.table = rowsTable(run, columns, rows);
  },
};

const get: CommandSyntax = {
  name: 'get',
  usage: 'TABLE RECORD [COLUMN[:KEY]]...',
  min: 2,
  max: Number.POSITIVE_INFINITY,
  options: ['--if-exists', '--id='],
  writes: false,
  family,
  help: 'print values of COLumns in RECord in TBL',
  prepare({ schema, invocation: { args, options }, warn, isTerminal }) {
    if (!options.has('--id') && args.length <= 2 && isTerminal()) {
      warn('"get" command without row arguments or "--id" is possibly erroneous', 'db_ctl_base');
    }
    const [name, , ...columns] = args;
    const table = findTable(schema, name!);
    for (const column of columns) if (!isUuidColumn(column)) checkArgument(table, column);
  },
  reads(schema, { args }) {
    return recordReads(schema, findTable(schema, args[0]!), args[1]!);
  },
  run(run) {
    const { draft, symbols, invocation } = run;
    const [name, record, ...columns] = invocation.args;
    const lenient = has(run, '--if-exists');
    const id = invocation.options.get('--id');
    if (lenient && id !== undefined) throw new Fatal('--if-exists and --id may not be specified together');
    const table = findTable(draft.schema, name!);
    const row = lenient ? findRecord(draft, table, record!, symbols) : getRecord(draft, table, record!, symbols);
    if (!row) return;
    if (id !== undefined) defineId(run, id, row);
    for (const argument of columns) printColumn(run, table, row, record!, argument);
  },
};

function defineId(run: Run, id: string, row: DraftRow): void {
  const { symbol, isNew } = run.symbols.define(id);
  if (!isNew) throw new Fatal(`row id "${id}" specified on "get" command was used before it was defined`);
  symbol.uuid = row.uuid;
  symbol.strong = true;
}

function printColumn(run: Run, table: TableSchema, row: DraftRow, record: string, argument: string): void {
  const { draft, symbols } = run;
  if (isUuidColumn(argument)) {
    print(run, [row.uuid]);
    return;
  }
  const { column, key } = parseColumn(table, argument);
  const { type } = column;
  const value = draft.get(row, column.name);
  if (key === undefined) {
    print(run, [valueToString(type, value)]);
    return;
  }
  if (!type.value) throw new Fatal(`cannot specify key to get for non-map column ${column.name}`);
  const wanted = atomFromString(type.key, key, symbols);
  const found = membersOf(value).find(([each]) => each === wanted);
  if (!found && !has(run, '--if-exists')) {
    throw new Fatal(`no key "${key}" in ${table.name} record "${record}" column ${column.name}`);
  }
  print(run, [found ? atomToString(type.value, found[1]!) : '']);
}

const waitUntil: CommandSyntax = {
  name: 'wait-until',
  usage: 'TABLE RECORD [COLUMN[:KEY]=VALUE]...',
  min: 2,
  max: Number.POSITIVE_INFINITY,
  options: [],
  writes: false,
  family,
  help: 'wait until condition is true',
  prepare({ schema, invocation: { args } }) {
    const [name, , ...conditions] = args;
    const table = findTable(schema, name!);
    for (const condition of conditions) checkArgument(table, condition);
  },
  reads(schema, { args }) {
    return recordReads(schema, findTable(schema, args[0]!), args[1]!);
  },
  run(run) {
    const { draft, symbols, invocation } = run;
    const [name, record, ...conditions] = invocation.args;
    const table = findTable(draft.schema, name!);
    const row = findRecord(draft, table, record!, symbols);
    if (!row || !conditions.every((condition) => meets(draft, table, row, condition, symbols))) run.tryAgain();
  },
};

const comment: CommandSyntax = {
  name: 'comment',
  usage: '[ARG]...',
  min: 0,
  max: Number.POSITIVE_INFINITY,
  options: [],
  writes: false,
  family,
  help: 'leave a note in the log of the database',
  run() {},
};

export const databaseReadCommands = [comment, get, list, find, waitUntil];
