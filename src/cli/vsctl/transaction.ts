import { comment, mutate, type Operation, select, wait } from '../../ovsdb/operations.js';
import { uuidName } from '../../vswitch/draft/changed-row.js';
import { ReadCache } from '../../vswitch/draft/index.js';
import { rootOf } from '../../vswitch/switch/index.js';
import { Fatal } from '../fatal.js';
import { type Json, serialize } from '../json/index.js';
import type { Vlog } from '../log/vlog.js';
import type { Invocation } from './command.js';
import { type Outcome, settle } from './execute.js';
import { complaints } from './older/complaints.js';
import type { VsctlOptions } from './options.js';
import { Reconnected, type Result, type Server } from './server.js';

/** How a transaction ended. */
export interface Commit {
  readonly outcome: Outcome;
  /** The configuration's number, when ovs-vswitchd is to be waited for. */
  readonly nextCfg: number | undefined;
  /** The uuid that an inserted row got. */
  uuidOf(uuid: string): string;
}

/** The operations as they are sent: checks and changes, then the number of the configuration. */
export function complete(outcome: Outcome, options: VsctlOptions, note: string): Operation[] {
  const { draft, operations } = outcome;
  if (operations.length === 0) return [];
  const root = rootOf(draft);
  const sent: Operation[] = [...operations];
  if (options.wait) {
    const where = draft.isInserted(root) ? [] : ([['_uuid', '==', root.uuid]] as const);
    sent.push(mutate('Open_vSwitch', where, [['next_cfg', '+=', 1]]), select('Open_vSwitch', where, ['next_cfg']));
  }
  sent.push(comment(note));
  if (options.dryRun) sent.push({ op: 'abort' });
  return sent;
}

/**
 * Runs commands as one transaction, as often as others overtake it; with --retry again on the next connection when one is
 * lost, as the stock tool does.
 *
 * @throws {Fatal}; {@link Exit}.
 */
export async function commit(...what: Parameters<typeof commitOn>): Promise<Commit> {
  return untilConnected(() => commitOn(...what));
}

async function untilConnected<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Reconnected)) throw error;
    }
  }
}

async function commitOn(
  server: Server,
  invocations: readonly Invocation[],
  options: VsctlOptions,
  note: string,
  log: Vlog,
): Promise<Commit> {
  let suspicious = false;
  let complained = false;
  for (;;) {
    const cache = new ReadCache();
    const outcome = await settle(server.schema, invocations, cache, async (reads) => {
      const rows = await server.read(reads);
      if (server.lacks && !complained) {
        complained = true;
        for (const text of complaints(server.schema, invocations, server.lacks)) log.log('ovsdb_idl', 'WARN', text);
      }
      return rows;
    });
    if (outcome.tryAgain) {
      await server.waitForChange(checksOf(cache));
      continue;
    }
    for (const { module, message } of outcome.warnings) log.log(module, 'WARN', message);
    const changes = complete(outcome, options, note);
    if (changes.length === 0) return { outcome, nextCfg: undefined, uuidOf: (uuid) => uuid };
    const sent = suspicious ? [...lookupChecks(cache), ...changes] : changes;
    const results = await server.transact(sent);
    const failed = results.find((result) => result !== null && 'error' in result && result.error !== 'aborted');
    if (!failed) return committed(outcome, sent, results);
    if (failed.error === 'timed out') continue;
    // An index may have caught what another client added since we looked. Once more, and all that was found is checked
    // along: when the index still complains, it is about us.
    const overtaken = failed.error === 'constraint violation' && /existed in the database/.test(String(failed.details));
    if (overtaken && !suspicious) {
      suspicious = true;
      continue;
    }
    const message = `transaction error: ${serialize(failed as Json, { sort: true })}`;
    log.log('ovsdb_idl', 'WARN', message);
    throw new Fatal(message);
  }
}

function committed(outcome: Outcome, sent: readonly Operation[], results: readonly Result[]): Commit {
  const uuids = new Map<string, string>();
  let nextCfg: number | undefined;
  sent.forEach((operation, index) => {
    const result = results[index];
    if (operation.op === 'insert' && Array.isArray(result?.uuid)) {
      uuids.set(operation.uuidName ?? (operation.uuid as string), result.uuid[1] as string);
    }
    if (operation.op === 'select') nextCfg = (result?.rows as { next_cfg: number }[] | undefined)?.[0]?.next_cfg;
  });
  return { outcome, nextCfg, uuidOf: (uuid) => uuids.get(uuidName(uuid)) ?? uuid };
}

/** Checks that the same rows are found still, and none where there was none. */
function lookupChecks(cache: ReadCache): Operation[] {
  return cache
    .reads()
    .filter(({ read }) => read.where.length > 0)
    .map(({ read: { table, where }, uuids }) =>
      wait(
        table,
        where,
        ['_uuid'],
        '==',
        uuids.map((uuid) => ({ _uuid: uuid })),
        0,
      ),
    );
}

/** Waits that end as soon as something that was read is no longer so. */
function checksOf(cache: ReadCache): Operation[] {
  return cache.reads().map(({ read: { table, where, columns }, uuids }) => {
    const rows = uuids.map((uuid) => {
      const row = cache.row(table, uuid)!;
      return Object.fromEntries(columns.map((column) => [column, row.get(column)!]));
    });
    return wait(table, where, columns, '!=', rows);
  });
}

/** Waits until ovs-vswitchd has taken a configuration in, and says which interfaces it could not open. */
export async function waitForVswitchd(
  server: Server,
  { outcome, nextCfg = 0, uuidOf }: Commit,
): Promise<{ name: string; error: string | null }[]> {
  await untilConnected(() => waitForConfiguration(server, nextCfg));
  const columns = ['name', 'ofport', 'error'];
  const results = await server.read(
    outcome.interfaces.map((uuid) => ({ table: 'Interface', where: [['_uuid', '==', uuidOf(uuid)]], columns })),
  );
  return results
    .flat()
    .filter(({ ofport }) => ofport === null || ofport === -1)
    .map(({ name, error }) => ({ name: name as string, error: error as string | null }));
}

async function waitForConfiguration(server: Server, nextCfg: number): Promise<void> {
  for (;;) {
    const [result] = await server.transact([select('Open_vSwitch', [], ['cur_cfg'])]);
    const [row] = (result as { rows: { cur_cfg: number }[] }).rows;
    const current = row?.cur_cfg ?? 0;
    if (current >= nextCfg) break;
    await server.transact([wait('Open_vSwitch', [], ['cur_cfg'], '!=', [{ cur_cfg: current }])]);
  }
}
