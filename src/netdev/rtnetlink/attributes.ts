/**
 * Netlink attributes: type, length, payload, padding (netlink(7), linux/netlink.h). Numbers are in the byte order of the
 * machine, unless the kernel's header says `__be16` or `__be32`.
 */
import { endianness } from 'node:os';
import { NLA_F_NESTED, NLA_TYPE_MASK } from './constants.js';

const little = endianness() === 'LE';
const HEADER = 4;

export const align = (size: number): number => (size + 3) & ~3;

export function u8(value: number): Buffer {
  return Buffer.of(value);
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  if (little) bytes.writeUInt16LE(value);
  else bytes.writeUInt16BE(value);
  return bytes;
}

/** A `__be16`, such as a VLAN protocol or a port. */
export function be16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) {
    if (little) bytes.writeUInt32LE(value, 4 * i);
    else bytes.writeUInt32BE(value, 4 * i);
  }
  return bytes;
}

/** With the zero at its end that the kernel wants of a name. */
export function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

export function readU16(bytes: Buffer, offset = 0): number {
  return little ? bytes.readUInt16LE(offset) : bytes.readUInt16BE(offset);
}

export function readU32(bytes: Buffer, offset = 0): number {
  return little ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset);
}

export function readS32(bytes: Buffer, offset = 0): number {
  return little ? bytes.readInt32LE(offset) : bytes.readInt32BE(offset);
}

export function readText(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}

/** One attribute, with its padding. */
export function attribute(type: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc(align(HEADER + payload.length));
  bytes.set(u16(HEADER + payload.length), 0);
  bytes.set(u16(type), 2);
  bytes.set(payload, HEADER);
  return bytes;
}

/** Attributes within one, which carries the flag that the kernel's strict parsers ask for (nla_parse_nested()). */
export function nested(type: number, attributes: readonly Buffer[]): Buffer {
  return attribute(type | NLA_F_NESTED, Buffer.concat(attributes));
}

/** The attributes in these bytes, in order. One that claims more than there is ends the list, as in nla_ok(). */
export function* attributesIn(bytes: Buffer): Generator<[type: number, payload: Buffer]> {
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = readU16(bytes, at);
    if (length < HEADER || at + length > bytes.length) return;
    yield [readU16(bytes, at + 2) & NLA_TYPE_MASK, bytes.subarray(at + HEADER, at + length)];
    at += align(length);
  }
}

/** The attributes in these bytes by type. */
export function attributeMap(bytes: Buffer): Map<number, Buffer> {
  return new Map(attributesIn(bytes));
}
