import { NoPromClientError } from './errors.js';

/**
 * What we use of prom-client 15. It is an optional peer, so its own types must not be needed to compile a program that has
 * nothing to do with metrics.
 */
export interface PromClient {
  readonly Registry: new () => Registry;
  readonly Counter: new (configuration: Configuration) => { inc(labels?: Labels, value?: number): void };
  readonly Gauge: new (configuration: Configuration & { collect?(this: Gauge): void }) => Gauge;
  readonly Histogram: new (
    configuration: Configuration & { buckets: number[] },
  ) => { observe(labels: Labels, value: number): void };
}

/** prom-client's `Registry`. */
export interface Registry {
  readonly contentType: string;
  /** All metrics in Prometheus's text. */
  metrics(): Promise<string>;
  /** Takes a metric out by its name. */
  removeSingleMetric(name: string): void;
}

interface Gauge {
  set(labels: Labels, value: number): void;
  reset(): void;
}

type Labels = Record<string, string>;

interface Configuration {
  name: string;
  help: string;
  labelNames?: string[];
  registers: Registry[];
}

/** @throws {NoPromClientError} */
export async function loadPromClient(load: () => Promise<unknown> = loadPeer): Promise<PromClient> {
  try {
    const module = (await load()) as { default?: PromClient } & PromClient;
    return module.default ?? module;
  } catch (error) {
    throw new NoPromClientError(error);
  }
}

function loadPeer(): Promise<unknown> {
  // A name that is no literal: compilers and bundlers are not to look for it.
  const peer = 'prom-client';
  return import(peer);
}
