import { isIPv4 } from 'node:net';
import { InvalidArgumentError } from '../base/errors.js';
import { u8, u16, u64 } from './bytes.js';
import { formatMac, portNumber, portOf, show } from './port.js';

/** A value on the wire, and which of its bits count; without a mask, all. */
export interface Masked {
  readonly value: Buffer;
  readonly mask?: Buffer | undefined;
}

/** How one kind of value is written in our API, in OpenFlow, and in the text of a flow. */
export interface Kind {
  /** @throws {InvalidArgumentError} naming `what` */
  encode(value: unknown, what: string): Masked;
  /** Undefined when our API has no way to say it. */
  decode(masked: Masked): string | number | undefined;
  /** As ovs-ofctl reads it. */
  text(value: unknown): string;
}

/** A whole number of `bytes` bytes, without a mask. */
export function numberKind(bytes: 1 | 2, max: number): Kind {
  return {
    encode: (value, what) => ({ value: (bytes === 1 ? u8 : u16)(wholeNumber(value, max, what)) }),
    decode: ({ value, mask }) => {
      const number = value.readUIntBE(0, bytes);
      return mask || number > max ? undefined : number;
    },
    text: String,
  };
}

/** @throws {InvalidArgumentError} naming `what` */
export function wholeNumber(value: unknown, max: number, what: string): number {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max) return value as number;
  throw new InvalidArgumentError(`${what} must be a whole number from 0 to ${max}, not ${show(value)}`);
}

/** @throws {InvalidArgumentError} naming `what` */
export function wholeNumber64(value: unknown, what: string): bigint {
  const number = typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof number === 'bigint' && number >= 0n && number < 1n << 64n) return number;
  throw new InvalidArgumentError(
    `${what} must be a whole number below 2^64 (a bigint beyond 2^53), not ${show(value)}`,
  );
}

export const portKind: Kind = {
  encode: (value, what) => ({ value: u16(portNumber(value, what)) }),
  decode: ({ value, mask }) => (mask ? undefined : portOf(value.readUInt16BE(0))),
  text: String,
};

/** Protocols over Ethernet that go by a name. */
export const ETHER_TYPES = { ip: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const;

/** A protocol over Ethernet: its name or its number, such as `0x88cc`. */
export type EtherType = keyof typeof ETHER_TYPES | number;

const etherTypeNames = new Map<number, EtherType>(
  Object.entries(ETHER_TYPES).map(([name, number]) => [number, name as EtherType]),
);

export const etherTypeKind: Kind = {
  encode: (value, what) => {
    if (typeof value === 'string' && Object.hasOwn(ETHER_TYPES, value)) {
      return { value: u16(ETHER_TYPES[value as keyof typeof ETHER_TYPES]) };
    }
    if (typeof value === 'number') return { value: u16(wholeNumber(value, 0xffff, what)) };
    throw new InvalidArgumentError(`${what} must be ip, arp, ipv6 or a number, not ${show(value)}`);
  },
  decode: ({ value, mask }) => {
    const number = value.readUInt16BE(0);
    return mask ? undefined : (etherTypeNames.get(number) ?? number);
  },
  text: (value) => (typeof value === 'number' ? `0x${value.toString(16).padStart(4, '0')}` : String(value)),
};

const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i;

/** @throws {InvalidArgumentError} naming `what` */
export function macBytes(text: unknown, what: string): Buffer {
  if (typeof text === 'string' && MAC.test(text)) return Buffer.from(text.replaceAll(':', ''), 'hex');
  throw new InvalidArgumentError(`${what} must be a MAC address such as fa:16:3e:00:00:01, not ${show(text)}`);
}

export const macKind: Kind = {
  encode: (value, what) => {
    const [address, mask] = halves(value);
    return masked(macBytes(address, what), mask === undefined ? undefined : macBytes(mask, `the mask of ${what}`));
  },
  decode: ({ value, mask }) => formatMac(value) + (mask ? `/${formatMac(mask)}` : ''),
  text: String,
};

/** @throws {InvalidArgumentError} naming `what` */
export function ipv4Bytes(text: unknown, what: string): Buffer {
  if (typeof text === 'string' && isIPv4(text)) return Buffer.from(text.split('.').map(Number));
  throw new InvalidArgumentError(`${what} must be an IPv4 address such as 192.0.2.1, not ${show(text)}`);
}

/** An address, with a prefix length or a mask after a slash where it is a network. */
export const ipv4Kind: Kind = {
  encode: (value, what) => {
    const [address, mask] = halves(value);
    const bytes = ipv4Bytes(address, what);
    if (mask === undefined) return { value: bytes };
    if (!/^\d+$/.test(mask)) return masked(bytes, ipv4Bytes(mask, `the mask of ${what}`));
    return masked(bytes, prefixMask(wholeNumber(Number(mask), 32, `the prefix length of ${what}`)));
  },
  decode: ({ value, mask }) => {
    const address = value.join('.');
    if (!mask) return address;
    const length = Math.clz32(~mask.readUInt32BE(0));
    return `${address}/${prefixMask(length).equals(mask) ? length : mask.join('.')}`;
  },
  text: String,
};

/** A number that some bits of may count: `{ value, mask }` in our API. For cookies. */
export function cookieBytes(value: unknown, mask: unknown): Masked {
  const bits = wholeNumber64(mask, 'cookieMask');
  return { value: u64(wholeNumber64(value, 'cookie') & bits), mask: u64(bits) };
}

function halves(value: unknown): [unknown, string?] {
  if (typeof value !== 'string') return [value];
  const slash = value.indexOf('/');
  return slash < 0 ? [value] : [value.slice(0, slash), value.slice(slash + 1)];
}

/** The switch refuses bits in the value that the mask leaves out, so they go; a mask of ones is none. */
function masked(value: Buffer, mask: Buffer | undefined): Masked {
  if (mask === undefined || mask.every((byte) => byte === 0xff)) return { value };
  return { value: Buffer.from(value.map((byte, i) => byte & mask[i]!)), mask };
}

function prefixMask(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0);
  return bytes;
}
