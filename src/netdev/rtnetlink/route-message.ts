/** Messages about routes: an rtmsg and RTA_ attributes (linux/rtnetlink.h). */
import { align, attribute, attributesIn, readU16, readU32, u32 } from './attributes.js';
import { AF_UNSPEC, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, RTA, RTM, RTNH_F_ONLINK } from './constants.js';
import { message } from './message.js';

const RTMSG_SIZE = 12;

/** A route as the kernel tells it: all of it, so that it can be put elsewhere as it was. */
export interface RawRoute {
  family: number;
  /** Bits. */
  destinationLength: number;
  sourceLength: number;
  tos: number;
  table: number;
  protocol: number;
  scope: number;
  type: number;
  /** RTNH_F_* and RTM_F_*. */
  flags: number;
  attributes: Map<number, Buffer>;
}

export function parseRouteMessage(body: Buffer): RawRoute {
  const attributes = new Map(attributesIn(body.subarray(RTMSG_SIZE)));
  const table = attributes.get(RTA.TABLE);
  return {
    family: body.readUInt8(0),
    destinationLength: body.readUInt8(1),
    sourceLength: body.readUInt8(2),
    tos: body.readUInt8(3),
    table: table ? readU32(table) : body.readUInt8(4),
    protocol: body.readUInt8(5),
    scope: body.readUInt8(6),
    type: body.readUInt8(7),
    flags: readU32(body, 8),
    attributes,
  };
}

export const routeDump = (): Buffer => message(RTM.GETROUTE, NLM_F_DUMP, Buffer.alloc(RTMSG_SIZE, AF_UNSPEC), []);

export const newRoute = (route: RawRoute): Buffer =>
  message(RTM.NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, rtmsg(route), encode(route));

export const delRoute = (route: RawRoute): Buffer => message(RTM.DELROUTE, 0, rtmsg(route), encode(route));

/** The links that the route goes over. */
export function linksOf({ attributes }: RawRoute): number[] {
  const direct = attributes.get(RTA.OIF);
  const hops = nextHops(attributes.get(RTA.MULTIPATH)).map((at) => readU32(attributes.get(RTA.MULTIPATH)!, at + 4));
  return direct ? [readU32(direct), ...hops] : hops;
}

/** The same route over another link. */
export function overLink(route: RawRoute, from: number, to: number): RawRoute {
  const attributes = new Map(route.attributes);
  const direct = attributes.get(RTA.OIF);
  if (direct && readU32(direct) === from) attributes.set(RTA.OIF, u32(to));
  const hops = attributes.get(RTA.MULTIPATH);
  if (hops) {
    const copy = Buffer.from(hops);
    for (const at of nextHops(copy)) {
      // Of the flags of a hop, the rest is what the kernel found out.
      copy.writeUInt8(copy.readUInt8(at + 2) & RTNH_F_ONLINK, at + 2);
      if (readU32(copy, at + 4) === from) copy.set(u32(to), at + 4);
    }
    attributes.set(RTA.MULTIPATH, copy);
  }
  return { ...route, attributes };
}

/** Where each struct rtnexthop begins: length, flags, hops, the link's index, attributes. */
function nextHops(bytes: Buffer | undefined): number[] {
  const starts: number[] = [];
  for (let at = 0; bytes && at + 8 <= bytes.length; ) {
    const length = readU16(bytes, at);
    if (length < 8 || at + length > bytes.length) break;
    starts.push(at);
    at += align(length);
  }
  return starts;
}

function rtmsg(route: RawRoute): Buffer {
  const { family, destinationLength, sourceLength, tos, table, protocol, scope, type, flags } = route;
  const head = Buffer.of(family, destinationLength, sourceLength, tos, table > 255 ? 0 : table, protocol, scope, type);
  return Buffer.concat([head, u32(flags & RTNH_F_ONLINK)]);
}

/** Statistics are the kernel's own. */
const encode = ({ attributes, table }: RawRoute): Buffer[] =>
  [...new Map(attributes).set(RTA.TABLE, u32(table))]
    .filter(([type]) => type !== RTA.CACHEINFO)
    .map(([type, payload]) => attribute(type, payload));
