/**
 * Tables that say how a kind's settings are written as attributes. One table gives the type of the options, their check, the
 * encoder and the decoder.
 */
import { isIP } from 'node:net';
import { InvalidArgumentError } from '../../base/errors.js';
import { show } from '../name.js';
import { attribute, be16, readU16, readU32, u8, u16, u32 } from './attributes.js';
import { formatAddress, parseAddress } from './ip-address.js';

export interface Field<Value> {
  /** The number of the attribute. */
  type: number;
  /** @throws {InvalidArgumentError} naming `what` */
  encode(value: Value, what: string): Buffer;
  /** @returns undefined when the kernel sent what is none */
  decode(payload: Buffer): Value | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: a table has fields of all types
export type FieldTable = Record<string, Field<any>>;

/** The options that a table takes; each keeps the doc comment of its field. */
export type OptionsOf<Table extends FieldTable> = {
  [Name in keyof Table]?: (Table[Name] extends Field<infer Value> ? Value : never) | undefined;
};

export function encodeFields<Table extends FieldTable>(table: Table, options: OptionsOf<Table>): Buffer[] {
  return Object.entries(table).flatMap(([name, field]) => {
    const value = options[name];
    return value === undefined ? [] : [attribute(field.type, field.encode(value, name))];
  });
}

export function decodeFields<Table extends FieldTable>(
  table: Table,
  attributes: Map<number, Buffer>,
): OptionsOf<Table> {
  const options: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(table)) {
    const payload = attributes.get(field.type);
    const value = payload && field.decode(payload);
    if (value !== undefined) options[name] = value;
  }
  return options as OptionsOf<Table>;
}

/** @throws {InvalidArgumentError} */
export function checkWhole(value: unknown, what: string, min: number, max: number): asserts value is number {
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
    throw new InvalidArgumentError(`${what} must be a whole number from ${min} to ${max}, not ${show(String(value))}`);
  }
}

/** So that the text `off` isn't taken for a yes. @throws {InvalidArgumentError} */
export function checkBoolean(value: unknown, what: string): asserts value is boolean {
  if (typeof value !== 'boolean') {
    throw new InvalidArgumentError(`${what} must be true or false, not ${show(String(value))}`);
  }
}

function whole(type: number, size: 1 | 2 | 4, min: number, max: number): Field<number> {
  const write = { 1: u8, 2: u16, 4: u32 }[size];
  const read = { 1: (bytes: Buffer) => bytes.readUInt8(), 2: readU16, 4: readU32 }[size];
  return {
    type,
    encode(value, what) {
      checkWhole(value, what, min, max);
      return write(value);
    },
    decode: (payload) => (payload.length >= size ? read(payload) : undefined),
  };
}

export const byte = (type: number, min = 0, max = 0xff): Field<number> => whole(type, 1, min, max);
export const short = (type: number, min = 0, max = 0xffff): Field<number> => whole(type, 2, min, max);
export const long = (type: number, min = 0, max = 0xffff_ffff): Field<number> => whole(type, 4, min, max);

/** A number in network byte order. */
export function networkShort(type: number, min = 0, max = 0xffff): Field<number> {
  return {
    type,
    encode(value, what) {
      checkWhole(value, what, min, max);
      return be16(value);
    },
    decode: (payload) => (payload.length >= 2 ? payload.readUInt16BE() : undefined),
  };
}

export function flag(type: number, size: 1 | 4 = 1): Field<boolean> {
  const { encode, decode } = whole(type, size, 0, 1);
  return {
    type,
    encode(value, what) {
      checkBoolean(value, what);
      return encode(value ? 1 : 0, what);
    },
    decode(payload) {
      const value = decode(payload);
      return value === undefined ? undefined : value !== 0;
    },
  };
}

/** Seconds, which the kernel counts in hundredths (USER_HZ). */
export function seconds(type: number): Field<number> {
  const { encode, decode } = whole(type, 4, 0, 0xffff_ffff);
  return {
    type,
    encode(value, what) {
      const hundredths = Math.round(value * 100);
      if (typeof value !== 'number' || !(hundredths >= 0 && hundredths <= 0xffff_ffff)) {
        throw new InvalidArgumentError(`${what} must be a number of seconds, 0 or more, not ${show(String(value))}`);
      }
      return encode(hundredths, what);
    },
    decode(payload) {
      const value = decode(payload);
      return value === undefined ? undefined : value / 100;
    },
  };
}

/** One of several names, each with its number. */
export function oneOf<Name extends string>(
  type: number,
  names: Readonly<Record<Name, number>>,
  number: (type: number) => Field<number> = byte,
): Field<Name> {
  const { encode, decode } = number(type);
  const known = Object.keys(names) as Name[];
  return {
    type,
    encode(value, what) {
      if (!Object.hasOwn(names, value)) {
        throw new InvalidArgumentError(`${what} must be one of ${known.join(', ')}, not ${show(String(value))}`);
      }
      return encode(names[value], what);
    },
    decode(payload) {
      const value = decode(payload);
      return known.find((name) => names[name] === value);
    },
  };
}

/** An address of one family. */
export function ipAddress(type: number, family: 4 | 6): Field<string> {
  return {
    type,
    encode(value, what) {
      if (isIP(value) !== family) {
        throw new InvalidArgumentError(`${what} must be an IPv${family} address, not ${show(String(value))}`);
      }
      return parseAddress(value, what);
    },
    decode: (payload) => (payload.length === (family === 4 ? 4 : 16) ? formatAddress(payload) : undefined),
  };
}
