/** Messages about links: an ifinfomsg and IFLA_ attributes. */
import { attribute, readS32, readU16, readU32, text, u16, u32 } from './attributes.js';
import { AF_UNSPEC, IFLA } from './constants.js';
import { message } from './message.js';

export const IFINFOMSG_SIZE = 16;

/** struct ifinfomsg of linux/rtnetlink.h: of the flags, those in `mask` are set as in `flags`. */
export function ifinfomsg({ index = 0, flags = 0, mask = 0 } = {}): Buffer {
  return Buffer.concat([Buffer.of(AF_UNSPEC, 0), u16(0), u32(index, flags, mask)]);
}

export function readIfinfomsg(body: Buffer): { type: number; index: number; flags: number } {
  return { type: readU16(body, 2), index: readS32(body, 4), flags: readU32(body, 8) };
}

/** A request about one link, by its name: the kernel looks the name up, so that no other link can come between. */
export function linkMessage(
  type: number,
  device: string,
  attributes: readonly Buffer[] = [],
  { flags = 0, mask = 0, request = 0 } = {},
): Buffer {
  return message(type, request, ifinfomsg({ flags, mask }), [attribute(IFLA.IFNAME, text(device)), ...attributes]);
}
