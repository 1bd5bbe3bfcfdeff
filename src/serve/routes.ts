import type { IncomingMessage } from 'node:http';
import type { CallOptions } from '../base/deadline.js';
import type { Metrics } from '../metrics/index.js';
import { type Plugger, parsePlugRequest } from '../vif/index.js';
import type { Ovs } from '../vswitch/index.js';
import { readJson } from './body.js';
import { notFound, wrongMethod } from './errors.js';
import { listVifs } from './vifs.js';

/** What the routes work on. */
export interface Backend {
  readonly ovs: Ovs;
  readonly plugger: Plugger;
  readonly metrics: () => Promise<Metrics>;
}

/** What a route is given of its request. */
export interface Call {
  readonly request: IncomingMessage;
  readonly bodyBytes: number;
  /** Ends the work when the service can't wait for it. */
  readonly options: CallOptions;
  /** Counts the work, or turns it away. It is called when the request has been read. */
  work<T>(run: () => Promise<T>): Promise<T>;
}

export interface Answer {
  readonly status: number;
  /** To be sent as JSON; a string as it is. */
  readonly body: object | string;
  readonly contentType?: string;
}

type Route = (backend: Backend, call: Call) => Promise<Answer> | Answer;

/** By path and method, as in share/openapi.json. */
export const ROUTES: Readonly<Record<string, Readonly<Record<string, Route>>>> = {
  '/plug': { POST: (backend, call) => change('plug', backend, call) },
  '/unplug': { POST: (backend, call) => change('unplug', backend, call) },
  '/vifs': { GET: ({ ovs }) => ({ status: 200, body: { vifs: listVifs(ovs) } }) },
  '/health': { GET: health },
  '/metrics': {
    GET: async ({ metrics }) => {
      const { contentType, text } = await read(metrics);
      return { status: 200, body: text, contentType };
    },
  },
};

async function read(metrics: Backend['metrics']): Promise<{ contentType: string; text: string }> {
  const found = await metrics();
  return { contentType: found.contentType, text: await found.text() };
}

async function change(direction: 'plug' | 'unplug', { plugger }: Backend, call: Call): Promise<Answer> {
  const request = parsePlugRequest(await readJson(call.request, call.bodyBytes));
  return { status: 200, body: await call.work<object>(() => plugger[direction](request, call.options)) };
}

/** Whether there is a database to change, and how far ovs-vswitchd has come with what it says. */
function health({ ovs: { client, tables } }: Backend): Answer {
  const ready = client.state === 'ready';
  return {
    status: ready ? 200 : 503,
    body: {
      status: ready ? 'ok' : 'unavailable',
      database: { state: client.state, remote: client.remote ?? null },
      switch: {
        version: tables.root?.ovs_version ?? null,
        nextCfg: tables.root?.next_cfg ?? null,
        curCfg: tables.root?.cur_cfg ?? null,
      },
    },
  };
}

/** @throws {ServeError} when there is none */
export function findRoute(method: string, url: string): Route {
  const path = url.split('?', 1)[0] as string;
  const routes = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
  if (!routes) throw notFound(path, Object.keys(ROUTES));
  const route = Object.hasOwn(routes, method) ? routes[method] : undefined;
  if (!route) throw wrongMethod(method, path, Object.keys(routes));
  return route;
}
