import { randomUUID } from 'node:crypto';

/** An integer of 16 digits or more, or a string that looks like one: cheap to find, and then parsed with care. */
const LONG_INTEGER = /(?:^|[-[,:\s])\d{16}/;
/** 16 digits (the shortest beyond 2^53) to 19 (the longest of 64 bits). */
const CANDIDATE = /^-?[1-9]\d{15,18}$/;
const SHORTEST = 16;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Begins the string that stands for a long integer while `JSON.parse` runs; nobody outside can know it. Made when needed. */
let mark = '';

/**
 * Parses JSON as OVSDB means it (RFC 7047 section 3.1: an integer has 64 bits): an integer beyond ±(2^53 - 1) becomes a
 * `bigint`, every other number a `number`. An integer beyond 64 bits becomes the nearest `number`, as in ovsdb-server.
 * Without such an integer it is `JSON.parse`. `longDigits` false says that the caller knows there is none.
 *
 * With one, each is put in quotes behind a mark, and the marked strings are exchanged in the parsed value. (A parser
 * written in JavaScript takes twice as long, and one cons string for each character of a long string: 64 MB took 2 GB.)
 *
 * Throws `SyntaxError` for what is not JSON.
 */
export function parse(text: string, longDigits: boolean = LONG_INTEGER.test(text)): unknown {
  if (!longDigits) return JSON.parse(text);
  const marked = markLongIntegers(text);
  const value: unknown = JSON.parse(marked);
  return marked === text ? value : restore(value);
}

function markLongIntegers(text: string): string {
  mark ||= `${randomUUID()}:`;
  let marked = '';
  let copied = 0;
  let i = 0;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      i = skipString(text, i + 1);
    } else if (!inNumber(code)) {
      i++;
    } else {
      const start = i;
      while (i < text.length && inNumber(text.charCodeAt(i))) i++;
      if (i - start >= SHORTEST && isLong(text.slice(start, i)) && !isKey(text, i)) {
        marked += `${text.slice(copied, start)}"${mark}${text.slice(start, i)}"`;
        copied = i;
      }
    }
  }
  return copied === 0 ? text : marked + text.slice(copied);
}

function skipString(text: string, start: number): number {
  let i = start;
  while (i < text.length) {
    const code = text.charCodeAt(i++);
    if (code === QUOTE) break;
    if (code === BACKSLASH) i++;
  }
  return i;
}

/** One of `+ - . 0-9 E e`: what a number, or a broken one, is made of. */
function inNumber(code: number): boolean {
  if (code <= 0x39) return code >= 0x30 || code === 0x2b || code === 0x2d || code === 0x2e;
  return code === 0x45 || code === 0x65;
}

function isLong(token: string): boolean {
  if (!CANDIDATE.test(token) || Number.isSafeInteger(Number(token))) return false;
  const integer = BigInt(token);
  return BigInt.asIntN(64, integer) === integer;
}

/** A number before a colon is no JSON, and must not become it. */
function isKey(text: string, end: number): boolean {
  let i = end;
  while (i < text.length && text.charCodeAt(i) <= 0x20) i++;
  return text[i] === ':';
}

function restore(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const old: unknown = value[i];
      if (typeof old === 'string' || typeof old === 'object') value[i] = restore(old);
    }
    return value;
  }
  // A member named __proto__ is an own one here, so this assigns to it and never reaches the prototype.
  const members = value as Record<string, unknown>;
  for (const key of Object.keys(members)) {
    const old = members[key];
    if (typeof old === 'string' || typeof old === 'object') members[key] = restore(old);
  }
  return value;
}
