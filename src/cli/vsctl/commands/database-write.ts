import type { ColumnSchema, TableSchema } from '../../../ovsdb/schema.js';
import type { Draft, DraftRow, Members } from '../../../vswitch/draft/index.js';
import { membersOf, valueFrom } from '../../../vswitch/draft/index.js';
import { Fatal } from '../../fatal.js';
import { isUuid } from '../../schema/index.js';
import { type CommandSyntax, has, print, type Run } from '../command.js';
import { checkArgument } from '../database/argument.js';
import { findColumn, findTable } from '../database/names.js';
import { findRecord, getRecord, recordReads } from '../database/records.js';
import { checkMutable, setColumn } from '../database/set-column.js';
import { datumFromString } from '../text/datum.js';

const base = { max: Number.POSITIVE_INFINITY, writes: true, family: 'Database' } as const;

const byRecord: Pick<CommandSyntax, 'reads'> = {
  reads: (schema, { args }) => recordReads(schema, findTable(schema, args[0]!), args[1]!),
};

/** The table and the record of a command; nothing when it may be missing and is. */
function target(run: Run): { table: TableSchema; row: DraftRow } | undefined {
  const { draft, symbols, invocation } = run;
  const [name, record] = invocation.args as [string, string];
  const table = findTable(draft.schema, name);
  const find = has(run, '--if-exists') ? findRecord : getRecord;
  const row = find(draft, table, record, symbols);
  return row && { table, row };
}

/** A command that does one thing to a record for each word behind it. */
function forEachWord(
  check: (table: TableSchema, word: string) => void,
  change: (run: Run, table: TableSchema, row: DraftRow, word: string) => void,
): Pick<CommandSyntax, 'min' | 'options' | 'prepare' | 'run'> {
  return {
    min: 3,
    options: ['--if-exists'],
    prepare({ schema, invocation: { args } }) {
      const [name, , ...words] = args;
      const table = findTable(schema, name!);
      for (const word of words) check(table, word);
    },
    run(run) {
      const found = target(run);
      if (!found) return;
      for (const word of run.invocation.args.slice(2)) change(run, found.table, found.row, word);
    },
  };
}

const set: CommandSyntax = {
  ...base,
  ...byRecord,
  ...forEachWord(checkArgument, ({ draft, symbols }, table, row, word) => setColumn(draft, table, row, word, symbols)),
  name: 'set',
  usage: 'TABLE RECORD COLUMN[:KEY]=VALUE...',
  help: 'set COLumn values in RECord in TBL',
};

/** A set or map without bounds needs no look at what it holds, unless it must be compared. */
function isUnbounded(column: ColumnSchema): boolean {
  return column.type.max === Number.POSITIVE_INFINITY && column.type.min === 0;
}

/** Members of a big set that change something. */
function effective(draft: Draft, row: DraftRow, column: ColumnSchema, members: Members, present: boolean): Members {
  return members.filter(([key]) => {
    const referrers = draft.referrers(row.table, column.name, key as string);
    return referrers.some(({ uuid }) => uuid === row.uuid) === present;
  });
}

/** Columns whose whole value is never read for a change. */
function isHeavy(row: DraftRow, column: ColumnSchema): boolean {
  return (
    isUnbounded(column) &&
    ((row.table === 'Bridge' && column.name === 'ports') || (row.table === 'Open_vSwitch' && column.name === 'bridges'))
  );
}

const add: CommandSyntax = {
  ...base,
  ...byRecord,
  name: 'add',
  usage: 'TABLE RECORD COLUMN [KEY=]VALUE...',
  min: 4,
  options: ['--if-exists'],
  help: 'add (KEY=)VALUE to COLumn in RECord in TBL',
  prepare({ schema, invocation: { args } }) {
    findColumn(findTable(schema, args[0]!), args[2]!);
  },
  run(run) {
    const { draft, symbols, invocation } = run;
    const found = target(run);
    if (!found) return;
    const { table, row } = found;
    const column = findColumn(table, invocation.args[2]!);
    checkMutable(draft, row, column);
    const { type } = column;
    const words = invocation.args.slice(3);
    const some = { ...type, min: 1, max: Number.POSITIVE_INFINITY };
    const members = words.flatMap((word) => datumFromString(some, word, symbols));
    const added = new Map(members);
    if (added.size > type.max) {
      throw new Fatal(
        `"add" operation would put ${added.size} ${type.value ? 'pairs' : 'values'} in column ${column.name} ` +
          `of table ${table.name} but the maximum number is ${type.max}`,
      );
    }
    // Sent even when nothing changes, as the stock tool does; what the column can't hold is the server's to say.
    draft.put(row, column.name, [...added], true);
  },
};

const remove: CommandSyntax = {
  ...base,
  ...byRecord,
  name: 'remove',
  usage: 'TABLE RECORD COLUMN KEY|VALUE|KEY=VALUE...',
  min: 4,
  options: ['--if-exists'],
  help: 'remove (KEY=)VALUE from COLumn',
  prepare({ schema, invocation: { args } }) {
    findColumn(findTable(schema, args[0]!), args[2]!);
  },
  run(run) {
    const { draft, invocation } = run;
    const found = target(run);
    if (!found) return;
    const { table, row } = found;
    const column = findColumn(table, invocation.args[2]!);
    checkMutable(draft, row, column);
    const { type } = column;
    const members = invocation.args.slice(3).flatMap((word) => removed(run, column, word));
    if (isHeavy(row, column)) {
      draft.remove(row, column.name, effective(draft, row, column, members, true));
      return;
    }
    const left = new Map(membersOf(draft.get(row, column.name)));
    for (const [key, value] of members) if (value === undefined || left.get(key) === value) left.delete(key);
    if (left.size < type.min) {
      throw new Fatal(
        `"remove" operation would put ${left.size} ${type.value ? 'pairs' : 'values'} in column ${column.name} ` +
          `of table ${table.name} but the minimum number is ${type.min}`,
      );
    }
    if (type.max === 1) draft.set(row, column.name, valueFrom(type, [...left]));
    else draft.remove(row, column.name, members);
    if (!isUnbounded(column)) draft.guardRow(row, [column.name]);
  },
};

/** What to remove: pairs, or keys alone. */
function removed(run: Run, { type }: ColumnSchema, word: string): Members {
  const some = { ...type, min: 1, max: Number.POSITIVE_INFINITY };
  if (!type.value) return datumFromString(some, word, run.symbols);
  try {
    return datumFromString(some, word, run.symbols);
  } catch {
    return datumFromString({ ...some, value: undefined }, word, run.symbols);
  }
}

const clear: CommandSyntax = {
  ...base,
  ...byRecord,
  ...forEachWord(findColumn, ({ draft }, table, row, word) => {
    const column = findColumn(table, word);
    checkMutable(draft, row, column);
    if (column.type.min > 0) {
      throw new Fatal(
        `"clear" operation cannot be applied to column ${column.name} ` +
          `of table ${table.name}, which is not allowed to be empty`,
      );
    }
    draft.set(row, column.name, valueFrom(column.type, []));
  }),
  name: 'clear',
  usage: 'TABLE RECORD COLUMN...',
  help: 'clear values from COLumn in RECord in TBL',
};

const created = new WeakMap<Run, DraftRow>();

const create: CommandSyntax = {
  ...base,
  name: 'create',
  usage: 'TABLE COLUMN[:KEY]=VALUE...',
  min: 2,
  options: ['--id='],
  help: 'create and initialize new record',
  prepare({ schema, invocation: { args, options }, warn }) {
    const [name, ...settings] = args;
    const table = findTable(schema, name!);
    if (!options.has('--id') && !table.isRoot) {
      warn(`applying "create" command to table ${table.name} without --id option will have no effect`, 'db_ctl_base');
    }
    for (const setting of settings) checkArgument(table, setting);
  },
  run(run) {
    const { draft, symbols, invocation } = run;
    const [name, ...settings] = invocation.args;
    const id = invocation.options.get('--id');
    const table = findTable(draft.schema, name!);
    let uuid: string | undefined;
    let chosen: string | undefined;
    if (id !== undefined && isUuid(id)) chosen = id.toLowerCase();
    else if (id !== undefined) {
      const { symbol } = symbols.define(id);
      uuid = symbol.uuid;
      // Rows of such a table stay though nothing refers to them.
      if (table.isRoot) symbol.strong = true;
    }
    const row = draft.insert(table.name, {}, chosen ?? uuid, chosen !== undefined);
    for (const setting of settings) setColumn(draft, table, row, setting, symbols);
    created.set(run, row);
  },
  finish(run, uuidOf) {
    print(run, [uuidOf(created.get(run)!.uuid)]);
  },
};

const destroy: CommandSyntax = {
  ...base,
  name: 'destroy',
  usage: 'TABLE [RECORD]...',
  min: 1,
  options: ['--if-exists', '--all'],
  help: 'delete RECord from TBL',
  prepare({ schema, invocation: { args, options }, warn }) {
    const all = options.has('--all');
    if (all && args.length > 1) throw new Fatal('--all and records argument should not be specified together');
    if (all && options.has('--if-exists')) throw new Fatal('--all and --if-exists should not be specified together');
    if (!all && args.length === 1) warn('either --all or records argument should be specified', 'db_ctl_base');
    findTable(schema, args[0]!);
  },
  reads: (schema, { args: [name, ...words] }) =>
    words.flatMap((word) => recordReads(schema, findTable(schema, name!), word)),
  run(run) {
    const { draft, symbols, invocation } = run;
    const [name, ...words] = invocation.args;
    const table = findTable(draft.schema, name!);
    if (has(run, '--all')) {
      for (const row of draft.rows(table.name, ['_uuid'])) draft.delete(row);
      return;
    }
    const find = has(run, '--if-exists') ? findRecord : getRecord;
    for (const word of words) {
      const row = find(draft, table, word, symbols);
      if (row) draft.delete(row);
    }
  },
};

export const databaseWriteCommands = [set, add, remove, clear, create, destroy];
