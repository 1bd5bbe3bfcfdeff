import { type CallOptions, remaining, waitOptions } from '../base/deadline.js';
import { boolean, callKinds, checkCall, count, number, oneOf, optionsCheck } from '../base/options.js';
import { clientKinds } from '../ovsdb/client-options.js';
import { Client, type ClientOptions, type Replica } from '../ovsdb/index.js';
import { type Committed, Committer, type CommitterOptions } from './committer/index.js';
import { InterfaceFailedError, NotInitializedError } from './errors.js';
import { type InterfaceRow, SWITCH_SELECTION, SwitchTables } from './rows.js';
import type { SwitchTransaction } from './transaction.js';
import { whyBehind, whyNotOpened } from './why.js';

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
  /** Where `maxWaiting` changes wait already: to wait too, which is the default, or to fail with `ERR_BUSY`. */
  whenBusy?: 'wait' | 'fail' | undefined;
}

export interface OvsOptions extends CallOptions, CommitterOptions {}

/** How to reach the switch besides: TLS, `retry`, `reconnect`, ... */
export interface OvsConnectOptions extends OvsOptions, ClientOptions {}

const checkConnect = optionsCheck<OvsConnectOptions>({ ...clientKinds, maxWaiting: count });
const checkOn = optionsCheck<OvsOptions>({ ...callKinds, maxWaiting: count });
const checkWait = optionsCheck<CallOptions & { since?: number | undefined }>({ ...callKinds, since: number });
const checkTransact = optionsCheck<SwitchTransactOptions>({
  ...callKinds,
  waitForVswitchd: boolean,
  whenBusy: oneOf('wait', 'fail'),
});

/** An Open vSwitch: its configuration as a warm replica, and transactions on it. */
export class Ovs implements AsyncDisposable {
  readonly client: Client;
  readonly replica: Replica;
  /** The switch's rows, as they are now. */
  readonly tables: SwitchTables;
  readonly #ownsClient: boolean;
  readonly #committer: Committer;

  private constructor(client: Client, replica: Replica, ownsClient: boolean, options: CommitterOptions) {
    this.client = client;
    this.replica = replica;
    this.tables = new SwitchTables(replica);
    this.#ownsClient = ownsClient;
    const host = {
      client,
      replica,
      root: () => this.tables.root?._uuid,
      notInitialized: () => new NotInitializedError(client.remote ?? 'its remote'),
    };
    this.#committer = new Committer(host, options);
  }

  /**
   * Connects to a switch's database and reads its configuration.
   *
   * @param remotes see {@link Client.connect}, whose default it takes.
   * @param options `timeout` in milliseconds for the whole, 120 000 by default.
   */
  static async connect(remotes?: string | readonly string[], options: OvsConnectOptions = {}): Promise<Ovs> {
    checkConnect('connect', options);
    const rest = remaining(options, CONNECT_TIMEOUT);
    const { maxWaiting: _, ...clientOptions } = options;
    const client = await Client.connect(remotes, { ...clientOptions, ...rest() });
    try {
      return new Ovs(client, await client.monitor(DATABASE, SWITCH_SELECTION, rest()), true, options);
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /** A switch on a client that the caller keeps and closes. */
  static async on(client: Client, options: OvsOptions = {}): Promise<Ovs> {
    checkOn('Ovs.on', options);
    return new Ovs(client, await client.monitor(DATABASE, SWITCH_SELECTION, waitOptions(options)), false, options);
  }

  /**
   * Changes the switch. While a transaction is in flight, changes wait, and go as one when it returns; each fails by itself.
   * `build` may run more than once: when somebody else's change overtakes it, it is run again on what the switch has
   * become. It must therefore do nothing but call methods of `tx`, and be no async function. Until it is sent, `signal` takes it out.
   *
   * @param options `timeout` in milliseconds, 30 000 by default.
   * @throws what `build` throws; `BusyError`; `TransactionError`; `CommitOutcomeUnknownError`.
   */
  transact(build: (tx: SwitchTransaction) => void, options: SwitchTransactOptions = {}): Promise<Committed> {
    try {
      checkTransact('transact', options);
    } catch (error) {
      return Promise.reject(error);
    }
    if (options.waitForVswitchd) return this.#transactAndWait(build, options);
    // The committer's own promise: one of an async function would be settled three turns of the microtasks later.
    return this.#committer.submit(build, options, options.timeout ?? TRANSACT_TIMEOUT);
  }

  async #transactAndWait(build: (tx: SwitchTransaction) => void, options: SwitchTransactOptions): Promise<Committed> {
    const rest = remaining(options, TRANSACT_TIMEOUT);
    const committed = await this.#committer.submit(build, options, rest().timeout);
    if (committed.nextCfg !== undefined) await this.waitForVswitchd(committed.nextCfg, rest());
    return committed;
  }

  /** Changes that wait to be sent. */
  get waiting(): number {
    return this.#committer.waiting;
  }

  /**
   * Waits until the replica shows everything that was committed before this call, by whomever: the server sends changes
   * before the answer to an echo. Costs a round trip.
   */
  async sync(options: CallOptions = {}): Promise<void> {
    checkCall('sync', options);
    await this.client.echo(options);
  }

  /**
   * Waits until ovs-vswitchd has taken in the configuration numbered `nextCfg`.
   *
   * @param options `timeout` in milliseconds, 30 000 by default.
   * @throws {TimeoutError} saying how far ovs-vswitchd has got.
   */
  async waitForVswitchd(nextCfg: number, options: CallOptions = {}): Promise<void> {
    checkCall('waitForVswitchd', options);
    const what = `waiting for ovs-vswitchd to take in configuration ${nextCfg}`;
    await this.replica.waitUntil(what, () => (this.tables.root?.cur_cfg ?? 0) >= nextCfg, {
      ...options,
      why: () => whyBehind(this.tables),
    });
  }

  /**
   * Waits until ovs-vswitchd has given an interface its OpenFlow port number.
   *
   * @param options `timeout` in milliseconds, 30 000 by default. `since`: what ovs-vswitchd said of the interface
   *   before configuration `since` is old news; needed only for an interface that was there before.
   * @throws {InterfaceFailedError} with ovs-vswitchd's own words, when it can't open the device; `TimeoutError` with what the
   *   database tells: that ovs-vswitchd is behind, or that the bridge has no datapath.
   */
  async waitForInterface(
    name: string,
    options: CallOptions & { since?: number | undefined } = {},
  ): Promise<InterfaceRow> {
    checkWait('waitForInterface', options);
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
    return this.replica.waitForRow(['Interface', 'name', name], opened, {
      ...rest(),
      what,
      why: () => whyNotOpened(this.tables, name),
    });
  }

  /** Ends the replica, and the connection unless the caller brought it. */
  async close(): Promise<void> {
    if (this.#ownsClient) await this.client.close();
    else await this.replica.close();
  }

  /** For `await using`: ends as `close` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
