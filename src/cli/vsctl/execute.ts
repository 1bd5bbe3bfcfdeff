import type { Operation } from '../../ovsdb/operations.js';
import type { DatabaseSchema } from '../../ovsdb/schema.js';
import { Draft, Overtaken, type Read, type ReadCache, Unread } from '../../vswitch/draft/index.js';
import { rootOf } from '../../vswitch/switch/index.js';
import { Fatal } from '../fatal.js';
import type { Invocation, Run } from './command.js';
import { rootRead } from './reads.js';
import { Symbols } from './symbols.js';

/** A message for the log, kept until it is sure that it is said once. */
export interface Warning {
  readonly module: string;
  readonly message: string;
}

/** What the commands of one invocation come to, on what was read. */
export interface Outcome {
  readonly draft: Draft;
  readonly runs: readonly Run[];
  readonly operations: readonly Operation[];
  readonly warnings: readonly Warning[];
  /** A command waits for the database to change. */
  readonly tryAgain: boolean;
  /** Interfaces that ovs-vswitchd is expected to open. */
  readonly interfaces: readonly string[];
}

/** What is going to be read, as far as the words tell. */
function foreseeReads(schema: DatabaseSchema, invocations: readonly Invocation[], cache: ReadCache): void {
  cache.want(rootRead(schema));
  for (const invocation of invocations) {
    for (const read of invocation.syntax.reads?.(schema, invocation) ?? []) cache.want(read);
  }
}

/** Runs commands on what has been read. @throws {Unread}; {@link Overtaken}; {@link Fatal}; {@link Exit}. */
function execute(schema: DatabaseSchema, invocations: readonly Invocation[], cache: ReadCache): Outcome {
  const newUuid = cache.uuids();
  const draft = new Draft(schema, cache, newUuid);
  const symbols = new Symbols(newUuid);
  const warnings: Warning[] = [];
  const interfaces: string[] = [];
  let tryAgain = false;
  rootOf(draft);
  const runs: Run[] = [];
  for (const invocation of invocations) {
    const before = draft.changed.size;
    const run: Run = {
      draft,
      symbols,
      invocation,
      out: [],
      table: undefined,
      warn: (message, module = 'vsctl') => warnings.push({ module, message }),
      tryAgain: () => {
        tryAgain = true;
      },
    };
    runs.push(run);
    invocation.syntax.run(run);
    if (tryAgain) break;
    if (invocation.syntax.family === 'Database') continue;
    for (const row of [...draft.changed.values()].slice(before)) {
      if (row.table === 'Interface' && row.inserted) interfaces.push(row.uuid);
    }
  }
  if (!tryAgain) checkSymbols(symbols, warnings);
  return { draft, runs, operations: tryAgain ? [] : draft.operations(), warnings, tryAgain, interfaces };
}

function checkSymbols(symbols: Symbols, warnings: Warning[]): void {
  for (const { name, created, strong, weak } of symbols.all.values()) {
    if (!created) {
      throw new Fatal(`row id "${name}" is referenced but never created (e.g. with "-- --id=${name} create ...")`);
    }
    if (strong) continue;
    const reference = weak ? 'only a weak reference to it' : 'no reference to it';
    const message = `row id "${name}" was created but ${reference} was inserted, so it will not actually appear in the database`;
    warnings.push({ module: 'vsctl', message });
  }
}

/** Runs commands, reading what they turn out to need. */
export async function settle(
  schema: DatabaseSchema,
  invocations: readonly Invocation[],
  cache: ReadCache,
  read: (reads: readonly Read[]) => Promise<Parameters<ReadCache['fill']>[1]>,
): Promise<Outcome> {
  foreseeReads(schema, invocations, cache);
  for (;;) {
    try {
      return execute(schema, invocations, cache);
    } catch (error) {
      if (error instanceof Overtaken) cache.clear();
      else if (!(error instanceof Unread)) throw error;
      else cache.fill(error.reads, await read(error.reads));
    }
  }
}
