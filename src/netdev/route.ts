/** Routes over a link (ip-route(8)). */
import { InvalidArgumentError } from '../base/errors.js';
import { checkDeviceName, show } from './name.js';
import { indexOf } from './native.js';
import { attribute, attributeMap, readU32, u32 } from './rtnetlink/attributes.js';
import {
  AF_INET,
  AF_INET6,
  RT_TABLE_MAIN,
  RTA,
  RTAX_MTU,
  RTM_F_CLONED,
  RTN_UNICAST,
  RTNH_F_ONLINK,
  RTPROT_BOOT,
} from './rtnetlink/constants.js';
import { checkWhole } from './rtnetlink/fields.js';
import { formatAddress, parseAddress, parsePrefix } from './rtnetlink/ip-address.js';
import { dump, request } from './rtnetlink/request.js';
import { delRoute, linksOf, newRoute, parseRouteMessage, type RawRoute, routeDump } from './rtnetlink/route-message.js';
import { numberOfScope, type Scope, scopeOf } from './rtnetlink/scope.js';

/** RTPROT_* of linux/rtnetlink.h and /etc/iproute2/rt_protos. */
const PROTOCOLS: Record<number, string> = {
  0: 'unspec',
  1: 'redirect',
  2: 'kernel',
  3: 'boot',
  4: 'static',
  9: 'ra',
  16: 'dhcp',
};

/** A route over a link. */
export interface Route {
  family: 'inet' | 'inet6';
  /** `default`, or `192.0.2.0/24`. */
  destination: string;
  /** The next router; null for what is on the link. */
  gateway: string | null;
  /** The address that packets come from, where the route says. */
  source: string | null;
  /** Of two routes to one destination the one with the lower metric is taken. */
  metric: number | null;
  /** 254 is the main table. */
  table: number;
  /** Who made it: `kernel`, `boot`, `static`, `ra`, `dhcp`; one without a name is its number. */
  protocol: string;
  scope: Scope;
  /** Bytes, where the route says. */
  mtu: number | null;
  /** The gateway is taken to be on the link, whatever the addresses say. */
  onlink: boolean;
}

/** What a route is added with. */
export interface RouteOptions {
  gateway?: string | undefined;
  source?: string | undefined;
  /** Default: 0 for IPv4, 1024 for IPv6. */
  metric?: number | undefined;
  /** Default: 254, the main table. */
  table?: number | undefined;
  /** Its number. Default: 3, `boot`, as of ip(8). */
  protocol?: number | undefined;
  /** Default: `link` for IPv4 without a gateway, else `global`. */
  scope?: Scope | undefined;
  /** Bytes. */
  mtu?: number | undefined;
  onlink?: boolean | undefined;
}

/**
 * The routes over a link, of all tables but `local`, in the kernel's order. Equivalent to `ip route show dev DEV table all` and
 * `ip -6 route show dev DEV table all` (RTM_GETROUTE).
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`
 */
export async function listRoutes(device: string): Promise<Route[]> {
  return (await rawRoutes(device)).map(describe);
}

/**
 * Adds a route over a link that is up. Equivalent to `ip route add DESTINATION [via GATEWAY] dev DEV [src S] [metric M] ...`.
 * @param destination `192.0.2.0/24`, or `default` with a gateway, which tells the family
 * @throws {InvalidArgumentError}
 * @throws {NetdevError} `ERR_NETDEV_EXISTS`, `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV` with the kernel's `reason`:
 *   `Nexthop has invalid gateway`
 */
export async function addRoute(device: string, destination: string, options: RouteOptions = {}): Promise<void> {
  const route = settle(device, destination, options);
  await request({ deed: `add the route to ${destination} over ${device}`, device, message: newRoute(route) });
}

/**
 * Takes a route away: the first that is as the options say. Equivalent to `ip route delete DESTINATION [via GATEWAY] dev DEV ...`.
 * @throws {InvalidArgumentError}
 * @throws {NetdevError} `ERR_NETDEV_NO_ROUTE`, `ERR_NETDEV_NO_DEVICE`
 */
export async function deleteRoute(device: string, destination: string, options: RouteOptions = {}): Promise<void> {
  const route = settle(device, destination, options);
  // To these the kernel says: any.
  if (options.protocol === undefined) route.protocol = 0;
  if (options.scope === undefined) route.scope = numberOfScope('nowhere');
  await request({ deed: `delete the route to ${destination} over ${device}`, device, message: delRoute(route) });
}

/** All that the kernel tells of the unicast routes over a link. */
export async function rawRoutes(device: string): Promise<RawRoute[]> {
  const index = indexOf(checkDeviceName(device));
  const answers = await dump({ deed: `list the routes over ${device}`, device, message: routeDump() });
  return answers
    .map(({ body }) => parseRouteMessage(body))
    .filter(({ family, type, flags }) => isIp(family) && type === RTN_UNICAST && (flags & RTM_F_CLONED) === 0)
    .filter((route) => linksOf(route).includes(index));
}

const isIp = (family: number) => family === AF_INET || family === AF_INET6;

export function describe(route: RawRoute): Route {
  const { family, destinationLength, table, protocol, scope, flags, attributes } = route;
  const address = (type: number) => {
    const bytes = attributes.get(type);
    return bytes ? formatAddress(bytes) : null;
  };
  const number = (bytes: Buffer | undefined) => (bytes ? readU32(bytes) : null);
  // An IPv4 route by an IPv6 router: a family and an address (struct rtvia).
  const via = attributes.get(RTA.VIA);
  const metrics = attributeMap(attributes.get(RTA.METRICS) ?? Buffer.alloc(0));
  const none = family === AF_INET ? '0.0.0.0' : '::';
  return {
    family: family === AF_INET ? 'inet' : 'inet6',
    destination: destinationLength === 0 ? 'default' : `${address(RTA.DST) ?? none}/${destinationLength}`,
    gateway: address(RTA.GATEWAY) ?? (via ? formatAddress(via.subarray(2)) : null),
    source: address(RTA.PREFSRC),
    metric: number(attributes.get(RTA.PRIORITY)),
    table,
    protocol: PROTOCOLS[protocol] ?? String(protocol),
    scope: scopeOf(scope),
    mtu: number(metrics.get(RTAX_MTU)),
    onlink: (flags & RTNH_F_ONLINK) !== 0,
  };
}

function settle(device: string, destination: string, options: RouteOptions): RawRoute {
  checkDeviceName(device);
  const { gateway, source, metric, table = RT_TABLE_MAIN, protocol = RTPROT_BOOT, mtu } = options;
  const router = gateway === undefined ? undefined : parseAddress(gateway, 'gateway');
  const prefix = destination === 'default' ? undefined : parsePrefix(destination, 'the destination');
  const family = prefix?.family ?? (router && (router.length === 4 ? AF_INET : AF_INET6));
  if (family === undefined) {
    throw new InvalidArgumentError('a default route needs a gateway; without one, write 0.0.0.0/0 or ::/0');
  }
  if (router && router.length !== (family === AF_INET ? 4 : 16)) {
    throw new InvalidArgumentError(
      `gateway must be of the family of ${show(destination)}, not ${show(String(gateway))}`,
    );
  }
  checkWhole(table, 'table', 1, 0xffff_ffff);
  checkWhole(protocol, 'protocol', 0, 255);
  const attributes = new Map([[RTA.OIF as number, u32(indexOf(device))]]);
  if (prefix && prefix.length > 0) attributes.set(RTA.DST, prefix.bytes);
  if (router) attributes.set(RTA.GATEWAY, router);
  if (source !== undefined) attributes.set(RTA.PREFSRC, parseAddress(source, 'source'));
  if (metric !== undefined) {
    checkWhole(metric, 'metric', 0, 0xffff_ffff);
    attributes.set(RTA.PRIORITY, u32(metric));
  }
  if (mtu !== undefined) {
    checkWhole(mtu, 'mtu', 1, 0xffff_ffff);
    attributes.set(RTA.METRICS, attribute(RTAX_MTU, u32(mtu)));
  }
  return {
    family,
    destinationLength: prefix?.length ?? 0,
    sourceLength: 0,
    tos: 0,
    table,
    protocol,
    scope: numberOfScope(options.scope ?? (family === AF_INET && !router ? 'link' : 'global')),
    type: RTN_UNICAST,
    flags: options.onlink ? RTNH_F_ONLINK : 0,
    attributes,
  };
}
