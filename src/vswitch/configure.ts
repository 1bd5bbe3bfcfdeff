import type { CallOptions } from '../base/deadline.js';
import { remaining } from '../base/deadline.js';
import { InvalidArgumentError } from '../base/errors.js';
import { checkCall } from '../base/options.js';
import {
  type Client,
  ConstraintViolationError,
  mutate,
  type Operation,
  type SelectedRow,
  select,
  WaitTimedOutError,
} from '../ovsdb/index.js';
import { Draft, Overtaken, type Read, ReadCache, Unread } from './draft/index.js';
import { RefusedError } from './errors.js';
import { rootOf } from './switch/index.js';
import { SwitchTransaction } from './transaction.js';

const DATABASE = 'Open_vSwitch';
const TIMEOUT = 30_000;
/** How often an index may complain of what could not be seen before it is taken at its word. */
const SECOND_LOOKS = 3;
/** How often a row that was found, or named by the caller, may be gone when it is looked at, before it counts as never there. */
export const MOST_MISSES = 10;

/** What a change of the configuration came to. */
export interface Configured {
  /** The value of `Open_vSwitch.next_cfg` that the change set; `undefined` when there was nothing to change. */
  readonly nextCfg: number | undefined;
}

/**
 * Changes a switch by everything that ovs-vsctl(8) can say, in one transaction, on a client without a replica: only what
 * the change hangs on is read, by `select`. `build` may run more than once, and must do nothing but call methods of `tx`.
 *
 * ```ts
 * await configure(client, (tx) => {
 *   tx.addBridge('br0');
 *   tx.addBond('br0', 'bond0', ['eth0', 'eth1']);
 *   tx.setControllers('br0', ['tcp:10.0.0.1:6653']);
 * });
 * ```
 *
 * @param options `timeout` in milliseconds for the whole, 30 000 by default.
 * @throws {VswitchError} in ovs-vsctl's words; `TransactionError`; `CommitOutcomeUnknownError`.
 */
export async function configure(
  client: Client,
  build: (tx: SwitchTransaction) => void,
  options: CallOptions = {},
): Promise<Configured> {
  checkCall('configure', options);
  const rest = remaining(options, TIMEOUT);
  const schema = await client.getSchema(DATABASE, rest());
  for (let looks = 0; ; ) {
    const cache = new ReadCache();
    const { operations, root, touched } = await settle(client, cache, rest, () => {
      const draft = new Draft(schema, cache, cache.uuids());
      const row = rootOf(draft);
      refusePromise(build(new SwitchTransaction(draft)));
      const uuid = draft.isInserted(row) ? undefined : row.uuid;
      return { operations: draft.operations(), root: uuid, touched: draft.touched };
    });
    if (operations.length === 0 && !touched) return { nextCfg: undefined };
    const where = root === undefined ? [] : ([['_uuid', '==', root]] as const);
    const bump = [mutate(DATABASE, where, [['next_cfg', '+=', 1]]), select(DATABASE, where, ['next_cfg'])];
    try {
      const results = await client.transact(DATABASE, [...operations, ...bump], rest());
      const last = results.at(-1) as { rows: { next_cfg: number }[] };
      return { nextCfg: last.rows[0]?.next_cfg };
    } catch (error) {
      const overtaken = error instanceof WaitTimedOutError;
      const suspicious = error instanceof ConstraintViolationError && looks++ < SECOND_LOOKS;
      if ((!overtaken && !suspicious) || rest().timeout <= 0) throw error;
    }
  }
}

/** Runs `build` until everything that it asks for has been read. */
async function settle<T extends { operations: readonly Operation[] }>(
  client: Client,
  cache: ReadCache,
  rest: () => CallOptions,
  build: () => T,
): Promise<T> {
  for (let misses = 0; ; ) {
    try {
      return build();
    } catch (error) {
      if (error instanceof Overtaken) {
        if (++misses > MOST_MISSES) throw noRow(error);
        cache.clear();
      } else if (!(error instanceof Unread)) throw error;
      else await readInto(client, cache, error.reads, rest());
    }
  }
}

/** What a row that is not there means, when it is looked for again and again. */
export function noRow({ table, uuid }: Overtaken): RefusedError {
  return new RefusedError(`no row "${uuid}" in table ${table}`);
}

/** TypeScript takes an async function for one that returns nothing; what it does after its first `await` would be lost. */
export function refusePromise(returned: unknown): void {
  if (!(returned instanceof Promise)) return;
  returned.catch(() => {});
  throw new InvalidArgumentError('the function that builds a transaction must not be async: read and wait before it');
}

/** Reads by `select`, all in one transaction. */
export async function readInto(
  client: Client,
  cache: ReadCache,
  reads: readonly Read[],
  options: CallOptions,
): Promise<void> {
  const selects = reads.map(({ table, where, columns }) => select(table, where, [...new Set(['_uuid', ...columns])]));
  const results = (await client.transact(DATABASE, selects, options)) as { rows: readonly SelectedRow[] }[];
  cache.fill(
    reads,
    results.map(({ rows }) => rows),
  );
}
