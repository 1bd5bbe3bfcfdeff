import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { OvskitError } from '../base/errors.js';
import type { ConnectionEvent, TransactionMessage } from '../ovsdb/index.js';
import type { PlugMessage } from '../vif/index.js';
import type { CommitMessage, Ovs } from '../vswitch/index.js';
import { SWITCH_SELECTION } from '../vswitch/rows.js';
import { loadPromClient, type PromClient, type Registry } from './prom-client.js';

/** What `Metrics.start` accepts. */
export interface MetricsOptions {
  /** The switch whose replica and connection are told of. Without it, only what happens is counted. */
  readonly ovs?: Ovs | undefined;
  /** prom-client's `Registry` to add to, such as its `register`. By default one of our own. */
  readonly registry?: Registry | undefined;
}

/** Upper ends, in seconds: a transaction takes a fraction of a millisecond, a plug on a busy switch seconds. */
const SECONDS = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/**
 * Prometheus metrics of all that ovskit does in this process, from its diagnostics channels: nothing is counted, and it
 * costs nothing, until one of these is started. Needs the package prom-client.
 */
export class Metrics implements AsyncDisposable {
  readonly #client: PromClient;
  readonly #registry: Registry;
  readonly #names: string[] = [];
  readonly #ending: (() => void)[] = [];

  private constructor(client: PromClient, { ovs, registry }: MetricsOptions) {
    this.#client = client;
    this.#registry = registry ?? new client.Registry();
    this.#transactions();
    this.#plugs();
    this.#commits();
    this.#connections();
    if (ovs) this.#switch(ovs);
  }

  /** @throws {NoPromClientError} when prom-client is not installed */
  static async start(options: MetricsOptions = {}): Promise<Metrics> {
    return new Metrics(await loadPromClient(), options);
  }

  /** The value of the header `Content-Type` that goes with {@link text}. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The metrics in Prometheus's text format; those of others too, in a registry of the caller's. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** Adds a number that is read whenever the metrics are. */
  gauge(name: string, help: string, read: () => number): void {
    this.#gauge(name, help, [], (set) => set({}, read()));
  }

  /** Ends the counting, and takes the metrics out of the registry. */
  async close(): Promise<void> {
    for (const end of this.#ending.splice(0)) end();
    for (const name of this.#names.splice(0)) this.#registry.removeSingleMetric(name);
  }

  /** For `await using`: ends as `close` does. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #transactions(): void {
    const seconds = this.#histogram(
      'ovskit_transaction_duration_seconds',
      'Time from the call of a transaction to its end.',
      ['database', 'result'],
      SECONDS,
    );
    this.#heed<TransactionMessage>('ovskit:transaction', ({ database, ms, error }) => {
      seconds.observe({ database, result: resultOf(error) }, ms / 1000);
    });
  }

  #plugs(): void {
    const seconds = this.#histogram(
      'ovskit_plug_duration_seconds',
      'Time from the call of a plug or unplug to its end.',
      ['direction', 'result'],
      SECONDS,
    );
    const errors = this.#counter('ovskit_plug_errors_total', 'Plugs and unplugs that failed, by error code.', [
      'direction',
      'code',
    ]);
    this.#heed<PlugMessage>('ovskit:plug', ({ direction, ms, error }) => {
      seconds.observe({ direction, result: resultOf(error) }, ms / 1000);
      if (error !== undefined) errors.inc({ direction, code: error instanceof OvskitError ? error.code : 'unknown' });
    });
  }

  #commits(): void {
    const sizes = this.#histogram(
      'ovskit_commit_batch_size',
      'Requests that were joined into one transaction.',
      [],
      SIZES,
    );
    this.#heed<CommitMessage>('ovskit:commit', ({ requests }) => sizes.observe({}, requests));
  }

  #connections(): void {
    const changes = this.#counter(
      'ovskit_connection_state_changes_total',
      'Changes of state of connections to databases, by the state reached.',
      ['state'],
    );
    this.#heed<ConnectionEvent>('ovskit:connection', ({ state }) => changes.inc({ state }));
  }

  #switch(ovs: Ovs): void {
    const reconnects = this.#counter(
      'ovskit_reconnects_total',
      "Times that the switch's database was connected again.",
    );
    reconnects.inc({}, 0);
    this.#ending.push(
      ovs.client.onState(({ state }) => {
        if (state === 'ready') reconnects.inc();
      }),
    );
    this.gauge('ovskit_commit_queue_depth', 'Changes that wait to be sent.', () => ovs.waiting);
    this.gauge('ovskit_connected', "Whether there is a connection to the switch's database.", () =>
      ovs.client.state === 'ready' ? 1 : 0,
    );
    this.#gauge('ovskit_replica_rows', 'Rows that the replica holds.', ['table'], (set) => {
      for (const table of Object.keys(SWITCH_SELECTION)) set({ table }, ovs.replica.table(table).size);
    });
  }

  #heed<T>(channel: string, onMessage: (message: T) => void): void {
    const listener = (message: unknown) => onMessage(message as T);
    subscribe(channel, listener);
    this.#ending.push(() => unsubscribe(channel, listener));
  }

  #histogram(name: string, help: string, labelNames: string[], buckets: number[]) {
    this.#names.push(name);
    return new this.#client.Histogram({ name, help, labelNames, buckets, registers: [this.#registry] });
  }

  #counter(name: string, help: string, labelNames: string[] = []) {
    this.#names.push(name);
    return new this.#client.Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #gauge(
    name: string,
    help: string,
    labelNames: string[],
    read: (set: (labels: Record<string, string>, value: number) => void) => void,
  ): void {
    this.#names.push(name);
    new this.#client.Gauge({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      collect() {
        this.reset();
        read((labels, value) => this.set(labels, value));
      },
    });
  }
}

function resultOf(error: unknown): 'ok' | 'error' {
  return error === undefined ? 'ok' : 'error';
}
