/** In what order addresses and routes are added, so that they end up as they were. */
import type { RawAddress } from './address-message.js';
import { AF_INET6, RTA, RTPROT_KERNEL, RTPROT_RA } from './constants.js';
import type { RawRoute } from './route-message.js';

/** The routes that people and daemons made; those over a nexthop object go where that goes. */
export const isMade = ({ protocol, attributes }: RawRoute): boolean =>
  protocol !== RTPROT_KERNEL && protocol !== RTPROT_RA && !attributes.has(RTA.NH_ID);

/** The kernel lists IPv4 addresses in the order they were added, and IPv6 addresses in the opposite one. */
export function inAddingOrder(addresses: readonly RawAddress[]): RawAddress[] {
  const isV6 = ({ family }: RawAddress) => family === AF_INET6;
  return [...addresses.filter((address) => !isV6(address)), ...addresses.filter(isV6).toReversed()];
}

/** A gateway must be reachable before a route goes through it. */
export function nearFirst(routes: readonly RawRoute[]): RawRoute[] {
  const isFar = ({ attributes }: RawRoute) => attributes.has(RTA.GATEWAY) || attributes.has(RTA.VIA);
  return [...routes.filter((route) => !isFar(route)), ...routes.filter(isFar)];
}
