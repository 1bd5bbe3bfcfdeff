import { isIP } from 'node:net';
import { InvalidArgumentError } from '../../base/errors.js';
import { show } from '../name.js';
import { AF_INET, AF_INET6 } from './constants.js';

/**
 * The bytes of an IPv4 or IPv6 address, as inet_pton(3).
 * @throws {InvalidArgumentError} naming `what`
 */
export function parseAddress(text: string, what: string): Buffer {
  const family = typeof text === 'string' && !text.includes('%') ? isIP(text) : 0;
  if (family === 0) {
    throw new InvalidArgumentError(
      `${what} must be an IP address such as 192.0.2.1 or 2001:db8::1, not ${show(String(text))}`,
    );
  }
  return family === 4 ? Buffer.from(text.split('.').map(Number)) : parseV6(text);
}

function parseV6(text: string): Buffer {
  // The last 32 bits may be written as an IPv4 address.
  const plain = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = '', tail] = plain.split('::');
  const words = (part: string) => (part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16)));
  const before = words(head);
  const after = tail === undefined ? [] : words(tail);
  const bytes = Buffer.alloc(16);
  for (const [i, word] of before.entries()) bytes.writeUInt16BE(word, 2 * i);
  for (const [i, word] of after.entries()) bytes.writeUInt16BE(word, 16 - 2 * (after.length - i));
  return bytes;
}

/** The text of an address of 4 or 16 bytes, as inet_ntop(3) and RFC 5952 write it. */
export function formatAddress(bytes: Buffer): string {
  if (bytes.length === 4) return [...bytes].join('.');
  const words = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i));
  const zeros = longestZeros(words);
  if (zeros.start === 0 && (zeros.length === 6 || (zeros.length === 5 && words[5] === 0xffff))) {
    const v4 = [...bytes.subarray(12)].join('.');
    return zeros.length === 6 ? `::${v4}` : `::ffff:${v4}`;
  }
  const hex = (part: number[]) => part.map((word) => word.toString(16)).join(':');
  if (zeros.length < 2) return hex(words);
  return `${hex(words.slice(0, zeros.start))}::${hex(words.slice(zeros.start + zeros.length))}`;
}

/** The first of the longest runs. */
function longestZeros(words: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [i, word] of words.entries()) {
    if (word !== 0) start = i + 1;
    else if (i + 1 - start > best.length) best = { start, length: i + 1 - start };
  }
  return best;
}

export interface Prefix {
  family: typeof AF_INET | typeof AF_INET6;
  bytes: Buffer;
  /** Bits. */
  length: number;
}

/**
 * An address with its prefix length: `192.0.2.1/24`; without one, that of a single address.
 * @throws {InvalidArgumentError} naming `what`
 */
export function parsePrefix(text: string, what: string): Prefix {
  const [address = '', length, ...rest] = String(text).split('/');
  const bytes = parseAddress(address, what);
  const bits = 8 * bytes.length;
  const number = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  if (rest.length > 0 || number < 0 || number > bits) {
    throw new InvalidArgumentError(`${what} must have a prefix length from 0 to ${bits}, not ${show(String(text))}`);
  }
  return { family: bytes.length === 4 ? AF_INET : AF_INET6, bytes, length: number };
}
