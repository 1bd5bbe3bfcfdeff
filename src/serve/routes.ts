import { notFound, wrongMethod } from './errors.js';
import { many, single } from './plugging.js';
import { names } from './query.js';
import { reconcile } from './reconciling.js';
import { type Answer, type Backend, ok, type Route, route } from './route.js';

/** By path and method, as in share/openapi.json. */
export const ROUTES: Readonly<Record<string, Readonly<Record<string, Route>>>> = {
  '/plug': { POST: single('plug') },
  '/unplug': { POST: single('unplug') },
  '/plug-many': { POST: many('plug') },
  '/unplug-many': { POST: many('unplug') },
  '/reconcile': { POST: reconcile },
  '/vifs': {
    GET: route({ bridge: names }, async ({ plugger }, { options: { bridge: bridges } }) =>
      ok({ vifs: await plugger.list({ bridges }) }),
    ),
  },
  '/health': { GET: route({}, health) },
  '/metrics': {
    GET: route({}, async ({ metrics }) => {
      const found = await metrics();
      return { status: 200, body: await found.text(), contentType: found.contentType };
    }),
  },
};

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
  const found = Object.hasOwn(routes, method) ? routes[method] : undefined;
  if (!found) throw wrongMethod(method, path, Object.keys(routes));
  return found;
}
