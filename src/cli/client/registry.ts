import { backup } from './backup.js';
import type { Call, Context } from './context.js';
import { convert, needsConversion } from './convert.js';
import { dump } from './dump.js';
import { lockCommand } from './lock.js';
import { monitor, monitorCond, monitorCondSince } from './monitor.js';
import type { Need } from './open.js';
import { restore } from './restore.js';
import {
  getSchema,
  getSchemaCksum,
  getSchemaVersion,
  listColumns,
  listDatabases,
  listTables,
} from './schema-commands.js';
import { query, transact } from './transact.js';
import { usage } from './usage.js';
import { wait } from './wait.js';

export interface Command {
  readonly need: Need;
  readonly minArgs: number;
  readonly maxArgs: number;
  /** Whether it runs on, so that `--detach` has a meaning. */
  readonly runsOn?: boolean;
  readonly run: (context: Context, call: Call) => Promise<void>;
}

const UNLIMITED = Number.POSITIVE_INFINITY;

const onServer = (args: number, run: Command['run']): Command => ({ need: 'rpc', minArgs: args, maxArgs: args, run });

const onDatabase = (minArgs: number, maxArgs: number, run: Command['run'], runsOn = false): Command => {
  return { need: 'database', minArgs, maxArgs, run, runsOn };
};

/** The commands of ovsdb-client(1), with how many words each takes besides server and database. */
export const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['list-dbs', onServer(0, listDatabases)],
  ['get-schema', onDatabase(0, 0, getSchema)],
  ['get-schema-version', onDatabase(0, 0, getSchemaVersion)],
  ['get-schema-cksum', onDatabase(0, 0, getSchemaCksum)],
  ['list-tables', onDatabase(0, 0, listTables)],
  ['list-columns', onDatabase(0, 1, listColumns)],
  ['transact', onServer(1, transact)],
  ['query', onServer(1, query)],
  ['dump', onDatabase(0, UNLIMITED, dump)],
  ['backup', onDatabase(0, 0, backup)],
  ['restore', onDatabase(0, 0, restore)],
  ['convert', onServer(1, convert)],
  ['needs-conversion', onServer(1, needsConversion)],
  ['monitor', onDatabase(1, UNLIMITED, monitor, true)],
  ['monitor-cond', onDatabase(2, 3, monitorCond, true)],
  ['monitor-cond-since', onDatabase(2, 4, monitorCondSince, true)],
  ['wait', { need: 'none', minArgs: 2, maxArgs: 3, run: wait }],
  ['lock', { ...onServer(1, lockCommand('lock')), runsOn: true }],
  ['steal', { ...onServer(1, lockCommand('steal')), runsOn: true }],
  ['unlock', { ...onServer(1, lockCommand('unlock')), runsOn: true }],
  [
    'help',
    { need: 'none', minArgs: 0, maxArgs: UNLIMITED, run: async (context) => context.print(usage(context.program)) },
  ],
]);
