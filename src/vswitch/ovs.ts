import { type CallOptions, remaining } from '../base/deadline.js';
import { TimeoutError } from '../base/errors.js';
import {
  Client,
  ConstraintViolationError,
  DEFAULT_REMOTE,
  mutate,
  type Operation,
  type Replica,
  select,
  WaitTimedOutError,
} from '../ovsdb/index.js';
import { readInto } from './configure.js';
import { Draft, Overtaken, ReadCache, ReplicaSource, Unread } from './draft/index.js';
import { InterfaceFailedError, NotInitializedError } from './errors.js';
import { type InterfaceRow, SWITCH_SELECTION, SwitchTables } from './rows.js';
import { SwitchTransaction } from './transaction.js';

const DATABASE = 'Open_vSwitch';
/** The connection and the first dump. */
const CONNECT_TIMEOUT = 120_000;
/** A change and, where asked for, ovs-vswitchd's work on it. */
const TRANSACT_TIMEOUT = 30_000;
/** ovs-vswitchd opening an interface. */
const WAIT_TIMEOUT = 30_000;

export interface SwitchTransactOptions extends CallOptions {
  /** Waits until ovs-vswitchd has taken the change in, as ovs-vsctl does without `--no-wait`. */
  waitForVswitchd?: boolean | undefined;
}

/** What a committed change can be followed by. */
export interface Committed {
  /** The value of `Open_vSwitch.next_cfg` that the change set; `undefined` when there was nothing to change. */
  readonly nextCfg: number | undefined;
}

/** An Open vSwitch: its configuration as a warm replica, and transactions on it. */
export class Ovs implements AsyncDisposable {
  readonly client: Client;
  readonly replica: Replica;
  /** The switch's rows, as they are now. */
  readonly tables: SwitchTables;
  readonly #ownsClient: boolean;

  private constructor(client: Client, replica: Replica, ownsClient: boolean) {
    this.client = client;
    this.replica = replica;
    this.tables = new SwitchTables(replica);
    this.#ownsClient = ownsClient;
  }

  /**
   * Connects to a switch's database and reads its configuration.
   *
   * @param remote `unix:/var/run/openvswitch/db.sock` by default.
   * @param options `timeout` in milliseconds for the whole, 120 000 by default.
   */
  static async connect(remote: string = DEFAULT_REMOTE, options: CallOptions = {}): Promise<Ovs> {
    const rest = remaining(options, CONNECT_TIMEOUT);
    const client = await Client.connect(remote, rest());
    try {
      return new Ovs(client, await client.monitor(DATABASE, SWITCH_SELECTION, rest()), true);
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /** A switch on a client that the caller keeps and closes. */
  static async on(client: Client, options: CallOptions = {}): Promise<Ovs> {
    return new Ovs(client, await client.monitor(DATABASE, SWITCH_SELECTION, options), false);
  }

  /**
   * Changes the switch in one transaction. `build` may run more than once: when somebody else's change overtakes it, it
   * is run again on what the switch has become. It must therefore do nothing but call methods of `tx`.
   *
   * @param options `timeout` in milliseconds, 30 000 by default.
   * @throws what `build` throws; {@link TransactionError}; {@link CommitOutcomeUnknownError}.
   */
  async transact(build: (tx: SwitchTransaction) => void, options: SwitchTransactOptions = {}): Promise<Committed> {
    const rest = remaining(options, TRANSACT_TIMEOUT);
    const cache = new ReadCache();
    const source = new ReplicaSource(this.replica, SWITCH_SELECTION, cache);
    for (;;) {
      const { root } = this.tables;
      if (!root) throw this.#notInitialized();
      const seen = this.replica.revision;
      try {
        let rows = 0;
        const draft = new Draft(this.replica.schema, source, () => `new${rows++}`);
        build(new SwitchTransaction(draft));
        const operations = draft.operations();
        if (operations.length === 0) return { nextCfg: undefined };
        const nextCfg = await this.#commit(operations, root._uuid, rest());
        if (options.waitForVswitchd) await this.waitForVswitchd(nextCfg, rest());
        return { nextCfg };
      } catch (error) {
        if (error instanceof Unread) {
          await readInto(this.client, cache, error.reads, rest());
          continue;
        }
        if (error instanceof Overtaken) await this.sync(rest());
        else {
          // The server sends others' changes before its reply: had the replica not moved, we would only fail again.
          const overtaken = error instanceof WaitTimedOutError || error instanceof ConstraintViolationError;
          if (!overtaken || this.replica.revision === seen) throw error;
        }
        cache.clear();
        if (rest().timeout <= 0) {
          throw new TimeoutError('the switch kept changing under the transaction until its deadline', { cause: error });
        }
      }
    }
  }

  async #commit(operations: readonly Operation[], root: string, options: CallOptions): Promise<number> {
    const where = [['_uuid', '==', root]] as const;
    // Not every column wakes ovs-vswitchd (Port.trunks does not); next_cfg does.
    const bump = [mutate('Open_vSwitch', where, [['next_cfg', '+=', 1]]), select('Open_vSwitch', where, ['next_cfg'])];
    const results = await this.client.transact(DATABASE, [...operations, ...bump], options);
    const last = results.at(-1) as { rows: { next_cfg: number }[] };
    // Nothing hangs on a root that went meanwhile: what was added is gone with the commit.
    const [row] = last.rows;
    if (!row) throw this.#notInitialized();
    return row.next_cfg;
  }

  #notInitialized(): NotInitializedError {
    return new NotInitializedError(this.client.remote ?? 'its remote');
  }

  /**
   * Waits until the replica shows everything that was committed before this call, by whomever: the server sends changes
   * before the answer to an echo. Costs a round trip.
   */
  async sync(options: CallOptions = {}): Promise<void> {
    await this.client.echo(options);
  }

  /**
   * Waits until ovs-vswitchd has taken in the configuration numbered `nextCfg`.
   *
   * @param options `timeout` in milliseconds, 30 000 by default.
   */
  async waitForVswitchd(nextCfg: number, options: CallOptions = {}): Promise<void> {
    const what = `waiting for ovs-vswitchd to take in configuration ${nextCfg}`;
    await this.replica.waitUntil(what, () => (this.tables.root?.cur_cfg ?? 0) >= nextCfg, options);
  }

  /**
   * Waits until ovs-vswitchd has given an interface its OpenFlow port number.
   *
   * @param options `timeout` in milliseconds, 30 000 by default. `since`: what ovs-vswitchd said of the interface
   *   before configuration `since` is old news; needed only for an interface that was there before.
   * @throws {InterfaceFailedError} with ovs-vswitchd's own words, when it can't open the device.
   */
  async waitForInterface(
    name: string,
    options: CallOptions & { since?: number | undefined } = {},
  ): Promise<InterfaceRow> {
    const { since } = options;
    const rest = remaining(options, WAIT_TIMEOUT);
    if (since !== undefined) await this.waitForVswitchd(since, rest());
    const opened = (row: InterfaceRow | undefined): InterfaceRow | undefined => {
      if (row?.ofport != null && row.ofport > 0) return row;
      if (row && (row.error !== null || row.ofport === -1)) {
        throw new InterfaceFailedError(name, row.error ?? 'it gave no reason; see its log');
      }
      return undefined;
    };
    const what = `waiting for ovs-vswitchd to open interface ${name}`;
    return this.replica.waitForRow(['Interface', 'name', name], opened, { ...rest(), what });
  }

  /** Ends the replica, and the connection unless the caller brought it. */
  async close(): Promise<void> {
    if (this.#ownsClient) await this.client.close();
    else await this.replica.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
