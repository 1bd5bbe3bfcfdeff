import { channel } from 'node:diagnostics_channel';
import type { CallOptions } from '../../base/deadline.js';
import { Deadlines } from '../../base/deadlines.js';
import { type OvskitError, TimeoutError } from '../../base/errors.js';
import {
  type Client,
  ConstraintViolationError,
  mutate,
  type Operation,
  ReferentialIntegrityError,
  type Replica,
  SchemaError,
  select,
  TransactionError,
  WaitTimedOutError,
} from '../../ovsdb/index.js';
import { MOST_MISSES, noRow, readInto } from '../configure.js';
import {
  type Draft,
  Overtaken,
  type Read,
  ReadCache,
  ReplicaSource,
  ShadowedSource,
  type Source,
  Unread,
} from '../draft/index.js';
import { BusyError } from '../errors.js';
import { SWITCH_SELECTION } from '../rows.js';
import { assemble, type Batch, type Stop } from './assemble.js';
import { halves, Queue } from './queue.js';
import { type Build, type Committed, Request } from './request.js';

const DATABASE = 'Open_vSwitch';
/** How often a rule of the schema may be broken, while others change things, before it is the requests' own fault. */
const SECOND_LOOKS = 3;
/** A plug changes two rows. A transaction of a thousand keeps the server from others for some hundredths of a second. */
const MOST_ROWS = 1000;
/** So many requests make a transaction that is worth to be sent behind another. */
const MANY = 16;
/** Transactions in flight: one that the server works on, and one that lies there for it. Of three, each is smaller and costs more. */
const AT_ONCE = 2;
/** Waiting requests, beyond which those that ask for it are refused. */
const MOST_WAITING = 10_000;

/** What the committer needs of the switch. */
export interface Host {
  readonly client: Client;
  readonly replica: Replica;
  /** The uuid of the only row of Open_vSwitch. */
  readonly root: () => string | undefined;
  readonly notInitialized: () => OvskitError;
}

export interface CommitterOptions {
  /** Requests that may wait before those with `whenBusy: 'fail'` are refused; 10 000 by default. */
  maxWaiting?: number | undefined;
}

/** What each joined transaction came to, on the diagnostics channel `ovskit:commit`. */
export interface CommitMessage {
  /** Requests that were joined. */
  readonly requests: number;
  readonly operations: number;
  /** Requests that wait for the next transaction. */
  readonly waiting: number;
  /** From sending to the reply, in milliseconds. */
  readonly ms: number;
  readonly error: unknown;
}

const commits = channel('ovskit:commit');

/**
 * Joins changes into transactions. While one is in flight, requests wait; when it returns, those that wait go as one, first
 * come first served, so that what one caller asks for is done in its order. When a joined transaction fails, it is halved
 * until only the guilty fail.
 */
export class Committer {
  readonly #host: Host;
  readonly #maxWaiting: number;
  readonly #cache = new ReadCache();
  readonly #source: ReplicaSource;
  readonly #queue = new Queue<Request>();
  /** All that are not settled. */
  readonly #open = new Set<Request>();
  readonly #deadlines = new Deadlines(() => this.#open);
  /** The transactions under way, in their order. */
  readonly #inFlight = new Set<Draft>();
  /** Something is read or waited for, on which all that comes next depends. */
  #held = false;
  /** Numbers the configuration anew; the same for every transaction, as long as the root is. */
  #numbering: { readonly root: string; readonly operations: readonly Operation[] } | undefined;
  /** What comes next depends on what is in flight. */
  #dependent = false;
  #scheduled = false;

  constructor(host: Host, options: CommitterOptions = {}) {
    this.#host = host;
    this.#maxWaiting = options.maxWaiting ?? MOST_WAITING;
    this.#source = new ReplicaSource(host.replica, SWITCH_SELECTION, this.#cache);
  }

  /** Requests that wait to be sent. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** @throws {BusyError}; what `build` throws; {@link TransactionError}; {@link CommitOutcomeUnknownError}. */
  submit(
    build: Build,
    options: CallOptions & { whenBusy?: 'wait' | 'fail' | undefined },
    timeout: number,
  ): Promise<Committed> {
    if (options.whenBusy === 'fail' && this.#queue.size >= this.#maxWaiting) {
      return Promise.reject(new BusyError(this.#queue.size));
    }
    try {
      const request = new Request(build, options, timeout, this.#onEnd);
      this.#open.add(request);
      this.#queue.add(request);
      this.#deadlines.watch(request);
      this.#schedule();
      return request.promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  readonly #onEnd = (request: Request): void => {
    this.#open.delete(request);
    if (!request.sent) this.#queue.remove(request);
  };

  /** After all callbacks that run now: callers that were woken together go together. */
  #schedule(): void {
    if (this.#scheduled || this.#held || this.#queue.size === 0) return;
    this.#scheduled = true;
    process.nextTick(this.#flush);
  }

  readonly #flush = (): void => {
    this.#scheduled = false;
    while (!this.#held && this.#queue.size > 0 && this.#mayStart()) this.#start();
  };

  /** Behind a transaction, many requests that do not depend on it may follow, so that the server need not wait for us. */
  #mayStart(): boolean {
    if (this.#inFlight.size === 0) return true;
    if (this.#inFlight.size >= AT_ONCE || this.#dependent || this.#queue.grouped) return false;
    return this.#queue.size >= MANY;
  }

  #start(): void {
    const { client } = this.#host;
    const root = this.#host.root();
    // What is not sent can still be taken out; so nothing is handed to a client that could not send it.
    if (client.state !== 'ready') this.#hold(this.#awaitConnection());
    else if (root === undefined) this.#rejectAll(this.#host.notInitialized());
    else this.#startBatch(root);
  }

  #startBatch(root: string): void {
    const batch = this.#assemble();
    if (!batch) return;
    for (const request of batch.requests) this.#queue.remove(request);
    if (batch.operations.length > 0 || batch.draft.touched) this.#send(batch, root);
    else settle(batch.requests, undefined);
    if (batch.requests.length > 0) this.#cache.clear();
    if (batch.stop) this.#makeWay(batch.stop, batch.requests.length > 0);
  }

  /** @param sent whether others were sent before those that can't be built yet. */
  #makeWay({ requests, reason }: Stop, sent: boolean): void {
    // The server takes things in order: what is read now is what the transactions before leave.
    if (reason instanceof Unread) this.#hold(this.#read(reason.reads, requests));
    else if (reason instanceof Overtaken) this.#hold(this.#catchUp(reason, requests));
    else if (!sent) this.#dependent = true;
  }

  #hold(until: Promise<void>): void {
    this.#held = true;
    void until.finally(() => {
      this.#held = false;
      this.#schedule();
    });
  }

  #send(batch: Batch, root: string): void {
    this.#inFlight.add(batch.draft);
    void this.#commit(batch, root);
  }

  async #awaitConnection(): Promise<void> {
    try {
      await this.#host.client.echo({ timeout: Number.POSITIVE_INFINITY });
    } catch (error) {
      this.#rejectAll(error);
    }
  }

  #assemble(): Batch | undefined {
    let source: Source = this.#source;
    for (const draft of this.#inFlight) source = new ShadowedSource(source, draft);
    const most = { requests: this.#share(), rows: MOST_ROWS };
    try {
      return assemble(this.#host.replica.schema, source, this.#queue.head(), most);
    } catch (error) {
      this.#failed([...this.#queue.head()], error, false);
      return undefined;
    }
  }

  /** How many of those that wait go next. Of many only a part: the others are made ready while the server works. */
  #share(): number {
    const { size, grouped } = this.#queue;
    if (grouped) return size;
    const parts = Math.min(Math.floor(size / MANY), AT_ONCE - this.#inFlight.size);
    return Math.ceil(size / Math.max(1, parts));
  }

  async #commit({ draft, requests, operations }: Batch, root: string): Promise<void> {
    const [first] = requests as [Request];
    const alone = requests.length === 1;
    const deadline = alone ? first.deadline : Math.max(...requests.map((request) => request.deadline));
    for (const request of requests) request.sent = alone ? 'alone' : 'joined';
    const start = performance.now();
    const seen = this.#host.replica.revision;
    // Of what it doesn't hold, the replica doesn't tell us that it has changed.
    const unseen = !this.#cache.empty;
    const options = { timeout: Math.max(0, deadline - start), signal: alone ? first.options.signal : undefined };
    try {
      const results = await this.#host.client.transact(DATABASE, [...operations, ...this.#bump(root)], options);
      const nextCfg = this.#nextCfg(results);
      this.#tell(requests, operations, start);
      settle(requests, nextCfg);
    } catch (error) {
      this.#tell(requests, operations, start, error);
      this.#failed(requests, error, unseen || this.#host.replica.revision !== seen);
    } finally {
      this.#inFlight.delete(draft);
      this.#dependent = false;
      this.#schedule();
    }
  }

  #tell(requests: readonly Request[], operations: readonly Operation[], start: number, error?: unknown): void {
    if (!commits.hasSubscribers) return;
    const message: CommitMessage = {
      requests: requests.length,
      operations: operations.length,
      waiting: this.#queue.size,
      ms: performance.now() - start,
      error,
    };
    commits.publish(message);
  }

  #bump(root: string): readonly Operation[] {
    if (this.#numbering?.root !== root) {
      const where = [['_uuid', '==', root]] as const;
      // Not every column wakes ovs-vswitchd (Port.trunks does not); next_cfg does.
      const operations = [mutate(DATABASE, where, [['next_cfg', '+=', 1]]), select(DATABASE, where, ['next_cfg'])];
      this.#numbering = { root, operations };
    }
    return this.#numbering.operations;
  }

  #nextCfg(results: readonly unknown[]): number {
    const last = results.at(-1) as { rows: { next_cfg: number }[] };
    // Nothing hangs on a root that went meanwhile: what was added is gone with the commit.
    const [row] = last.rows;
    if (!row) throw this.#host.notInitialized();
    return row.next_cfg;
  }

  async #read(reads: readonly Read[], requests: readonly Request[]): Promise<void> {
    try {
      await readInto(this.#host.client, this.#cache, reads, {});
    } catch (error) {
      // The requests have deadlines of their own.
      if (!(error instanceof TimeoutError)) this.#failed(requests, error, false);
    }
  }

  /** A row is not there. Either the replica is behind, or somebody has deleted it, or it never was. */
  async #catchUp(reason: Overtaken, requests: readonly Request[]): Promise<void> {
    this.#cache.clear();
    const [first] = requests as [Request];
    if (requests.length > 1) this.#putBack(...halves(requests));
    else if (++first.misses > MOST_MISSES) first.reject(noRow(reason));
    await this.#host.client.echo().catch(() => {});
  }

  #putBack(...groups: (readonly Request[])[]): void {
    for (const request of groups.flat()) this.#queue.remove(request);
    this.#queue.putBack(...groups);
    for (const request of groups.flat()) request.resume();
  }

  /** @param moved whether the database may have changed since the requests were built. */
  #failed(requests: readonly Request[], error: unknown, moved: boolean): void {
    const alive = requests.filter((request) => !request.settled);
    for (const request of alive) {
      request.sent = undefined;
      request.setback = error;
    }
    // The server sends others' changes before its reply: had nothing moved, we would only fail again.
    const alone = alive.length === 1;
    const overtaken = moved && isRace(error) && alive.every((request) => request.attempts < SECOND_LOOKS);
    if (overtaken || (moved && alone && error instanceof WaitTimedOutError)) {
      for (const request of alive) request.attempts++;
      this.#putBack(alive);
    } else if (!alone && (error instanceof TransactionError || error instanceof SchemaError)) {
      for (const request of alive) request.attempts = 0;
      this.#putBack(...halves(alive));
    } else for (const request of alive) request.reject(error);
  }

  #rejectAll(error: unknown): void {
    for (const request of [...this.#queue]) request.reject(error);
  }
}

/** What may be others' doing. */
function isRace(error: unknown): boolean {
  return (
    error instanceof WaitTimedOutError ||
    error instanceof ConstraintViolationError ||
    error instanceof ReferentialIntegrityError
  );
}

function settle(requests: readonly Request[], nextCfg: number | undefined): void {
  for (const request of requests) {
    if (request.failure) request.reject(request.failure.error);
    else request.resolve({ nextCfg: request.changes ? nextCfg : undefined });
  }
}
