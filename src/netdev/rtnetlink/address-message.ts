/** Messages about addresses: an ifaddrmsg and IFA_ attributes (linux/if_addr.h). */
import { attribute, attributesIn, readText, readU32, text, u32 } from './attributes.js';
import { AF_INET, AF_UNSPEC, IFA, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, RTM } from './constants.js';
import { message } from './message.js';

const IFADDRMSG_SIZE = 8;

/** An address as the kernel tells it: all of it, so that it can be put elsewhere as it was. */
export interface RawAddress {
  family: number;
  /** Bits. */
  prefixLength: number;
  /** IFA_F_*, all 32 bits. */
  flags: number;
  scope: number;
  index: number;
  attributes: Map<number, Buffer>;
}

/** IFA_F_SECONDARY, DADFAILED, DEPRECATED, TENTATIVE, PERMANENT: what the kernel finds out, and no one sets. */
const STATE_FLAGS = 0x01 | 0x08 | 0x20 | 0x40 | 0x80;

export function parseAddressMessage(body: Buffer): RawAddress {
  const attributes = new Map(attributesIn(body.subarray(IFADDRMSG_SIZE)));
  const flags = attributes.get(IFA.FLAGS);
  return {
    family: body.readUInt8(0),
    prefixLength: body.readUInt8(1),
    flags: flags ? readU32(flags) : body.readUInt8(2),
    scope: body.readUInt8(3),
    index: readU32(body, 4),
    attributes,
  };
}

export const addressDump = (): Buffer =>
  message(RTM.GETADDR, NLM_F_DUMP, ifaddrmsg({ family: AF_UNSPEC, prefixLength: 0, flags: 0, scope: 0, index: 0 }), []);

/** Adds it, with the flags that a user may give. */
export function newAddress(address: RawAddress): Buffer {
  const flags = address.flags & ~STATE_FLAGS;
  const attributes = new Map(address.attributes).set(IFA.FLAGS, u32(flags >>> 0));
  return message(RTM.NEWADDR, NLM_F_CREATE | NLM_F_EXCL, ifaddrmsg({ ...address, flags }), encode(attributes));
}

export function delAddress(address: RawAddress): Buffer {
  const named = [IFA.LOCAL, IFA.ADDRESS, IFA.LABEL] as number[];
  const attributes = [...address.attributes].filter(([type]) => named.includes(type));
  return message(RTM.DELADDR, 0, ifaddrmsg(address), encode(attributes));
}

/** The same address on another link. An IPv4 label begins with the link's name (`eth0:1`), and goes along. */
export function onLink(address: RawAddress, from: string, to: string, index: number): RawAddress {
  const attributes = new Map(address.attributes);
  const label = attributes.get(IFA.LABEL);
  if (label && address.family === AF_INET) {
    const name = readText(label);
    const rest = name === from || name.startsWith(`${from}:`) ? name.slice(from.length) : '';
    // 15 bytes at most; what is longer gets the kernel's own.
    if (Buffer.byteLength(to + rest) <= 15) attributes.set(IFA.LABEL, text(to + rest));
    else attributes.delete(IFA.LABEL);
  }
  return { ...address, index, attributes };
}

function ifaddrmsg({ family, prefixLength, flags, scope, index }: Omit<RawAddress, 'attributes'>): Buffer {
  return Buffer.concat([Buffer.of(family, prefixLength, flags & 0xff, scope), u32(index)]);
}

const encode = (attributes: Iterable<[number, Buffer]>): Buffer[] =>
  Array.from(attributes, ([type, payload]) => attribute(type, payload));
