import type { CallOptions } from '../base/deadline.js';
import type { Metrics } from '../metrics/index.js';
import type { Plugger } from '../vif/index.js';
import type { Ovs } from '../vswitch/index.js';
import type { Options, Readers } from './query.js';

/** What the routes work on. */
export interface Backend {
  readonly ovs: Ovs;
  readonly plugger: Plugger;
  readonly metrics: () => Promise<Metrics>;
}

/** What a route is given of its request. */
export interface Call<O> {
  /** Of the query. */
  readonly options: O;
  /** Ends the work when the service can't wait for it; the deadline, where the query names none. */
  readonly waits: CallOptions;
  /** The body, which must be JSON. */
  json(): Promise<unknown>;
  /** Counts the work, or turns it away. It is called when the request has been read. */
  work<T>(run: () => Promise<T>): Promise<T>;
  /** Tells of a defect of ours that is but a part of the answer. */
  onError(error: unknown): void;
}

export interface Answer {
  readonly status: number;
  /** To be sent as JSON; a string as it is. */
  readonly body: object | string;
  readonly contentType?: string;
}

/** One method of one path. */
export interface Route {
  readonly query: Readers;
  /** For calls that take many VIFs: their bodies may be longer, and so many of them are worked on at once. */
  readonly bulk: { readonly atOnce: number } | undefined;
  run(backend: Backend, call: Call<object>): Promise<Answer> | Answer;
}

/** @param query how the options are read that the route takes */
export function route<R extends Readers>(
  query: R,
  run: (backend: Backend, call: Call<Options<R>>) => Promise<Answer> | Answer,
  bulk?: Route['bulk'],
): Route {
  return { query, bulk, run: run as Route['run'] };
}

export const ok = (body: object): Answer => ({ status: 200, body });
