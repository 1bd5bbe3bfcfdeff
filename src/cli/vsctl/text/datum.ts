import type { ColumnType } from '../../../ovsdb/schema.js';
import type { Atom } from '../../../ovsdb/values.js';
import type { Members } from '../../../vswitch/draft/index.js';
import { Fatal } from '../../fatal.js';
import type { Symbols } from '../symbols.js';
import { atomFromString, checkConstraints, parseInteger } from './atom.js';
import { isDelimiter, Scanner } from './token.js';

/** The most elements that a range such as `1-4096` may have. */
const MAX_RANGE = 4096;

/** Reads a value as `ovsdb_datum_from_string`: members in no order. @throws {Fatal} in its words. */
export function datumFromString(type: ColumnType, text: string, symbols: Symbols): Members {
  const isMap = type.value !== undefined;
  const scanner = new Scanner(text);
  scanner.skipSpaces();
  const [open, close] = isMap ? ['{', '}'] : ['[', ']'];
  let end = '';
  if (scanner.char === open) {
    end = close as string;
    scanner.at++;
    scanner.skipSpaces();
  } else if (scanner.char === '') {
    throw new Fatal(isMap ? 'use "{}" to specify the empty map' : 'use "[]" to specify the empty set');
  }
  const members: [Atom, Atom | undefined][] = [];
  while (scanner.char !== '' && scanner.char !== end) {
    if (isDelimiter(scanner.char)) {
      throw new Fatal(`${text}: unexpected "${scanner.char}" parsing ${typeToEnglish(type)}`);
    }
    members.push(...parseMember(type, scanner, symbols));
    scanner.skipSpaces();
    if (scanner.char === ',') {
      scanner.at++;
      scanner.skipSpaces();
    }
  }
  if (scanner.char !== end) throw new Fatal(`${text}: missing "${end}" at end of data`);
  if (end !== '') {
    scanner.at++;
    scanner.skipSpaces();
    if (scanner.char !== '') throw new Fatal(`${text}: trailing garbage after "${end}"`);
  }
  checkSize(type, text, members);
  return members;
}

function parseMember(type: ColumnType, scanner: Scanner, symbols: Symbols): [Atom, Atom | undefined][] {
  const token = scanner.token();
  if (!type.value) {
    if (type.key.type === 'integer') return parseRange(type, token).map((key) => [key, undefined]);
    return [[atomFromString(type.key, token, symbols), undefined]];
  }
  const key = atomFromString(type.key, token, symbols);
  scanner.skipSpaces();
  if (scanner.char !== '=') {
    const found = `${scanner.text}: syntax error at "`;
    // The stock message ends where the argument does: its character is the NUL.
    throw new Fatal(scanner.char === '' ? found : `${found}${scanner.char}" expecting "="`);
  }
  scanner.at++;
  scanner.skipSpaces();
  return [[key, atomFromString(type.value, scanner.token(), symbols)]];
}

/** `7`, or `7-9` for three elements. */
function parseRange({ key }: ColumnType, token: string): Atom[] {
  const [, first, last] = /^(\s*[+-]?\d+)-(\s*[+-]?\d+)$/.exec(token) ?? [];
  const start = parseInteger(first ?? token);
  const end = last === undefined ? start : parseInteger(last);
  if (start === undefined || end === undefined) throw new Fatal(`"${token}" is not a valid integer or range`);
  if (end < start) throw new Fatal(`"${token}" is not a valid range. Range end cannot be before start.`);
  checkConstraints(key, start);
  checkConstraints(key, end);
  if (BigInt(end) - BigInt(start) >= MAX_RANGE) {
    throw new Fatal(`Range "${start}-${end}" is too big. Maximum allowed size is ${MAX_RANGE}.`);
  }
  if (typeof start === 'bigint' || typeof end === 'bigint') {
    const wide: bigint[] = [];
    for (let each = BigInt(start); each <= BigInt(end); each++) wide.push(each);
    return wide;
  }
  return Array.from({ length: end - start + 1 }, (_, index) => start + index);
}

function checkSize(type: ColumnType, text: string, members: Members): void {
  const what = type.value ? 'pair(s)' : 'value(s)';
  const specified = `${text}: ${members.length} ${what} specified but the`;
  if (members.length < type.min) throw new Fatal(`${specified} minimum number is ${type.min}`);
  if (members.length > type.max) throw new Fatal(`${specified} maximum number is ${type.max}`);
  if (new Set(members.map(([key]) => key)).size === members.length) return;
  throw new Fatal(`${text}: ${type.value ? 'map contains duplicate key' : 'set contains duplicate value'}`);
}

/** `ovsdb_type_to_english`. */
function typeToEnglish({ key, value, min, max }: ColumnType): string {
  if (!value && min === 1 && max === 1) return key.type;
  let text = value ? 'map' : 'set';
  if (max === Number.POSITIVE_INFINITY) text += min > 0 ? ` of ${min} or more` : ' of';
  else if (min > 0) text += ` of ${min} to ${max}`;
  else text += ` of up to ${max}`;
  return value ? `${text} (${key.type}, ${value.type}) pairs` : `${text} ${key.type}s`;
}
