import { JsonSyntaxError } from './syntax-error.js';

const INT64_MAX = 2n ** 63n - 1n;
/** No double has more digits before its point; an integer of 64 bits has 19. */
const MOST_DIGITS = 400;

/** Reads a number as `json_lex_number`: an integer where 64 bits can hold it, whatever its spelling (`1e3`, `2.0`). */
export function readNumber(text: string): number | bigint {
  const parts = /^(-?)(\d*)(?:(\.)(\d*))?(?:([eE])([+-]?)(\d*))?(.*)$/s.exec(text)!;
  const [, minus, whole = '', point, fraction = '', e, sign, exponentDigits = '', rest] = parts;
  if (whole === '') throw new JsonSyntaxError("'-' must be followed by digit");
  if (/^0\d/.test(whole)) throw new JsonSyntaxError('leading zeros not allowed');
  if (point && fraction === '') throw new JsonSyntaxError('decimal point must be followed by digit');
  if (e && exponentDigits === '') throw new JsonSyntaxError('exponent must contain at least one digit');
  const exponent = Number(`${sign ?? ''}${exponentDigits || 0}`);
  if (Math.abs(exponent) >= 2 ** 31 - 8) throw new JsonSyntaxError('exponent outside valid range');
  if (rest) throw new JsonSyntaxError('syntax error in number');
  const digits = `${whole}${fraction}`.replace(/0+$/, '');
  if (/^0*$/.test(digits)) return 0;
  const power = exponent - fraction.length + (whole.length + fraction.length - digits.length);
  if (power >= 0 && power < MOST_DIGITS && digits.length < MOST_DIGITS) {
    const magnitude = BigInt(digits) * 10n ** BigInt(power);
    const integer = minus ? -magnitude : magnitude;
    if (integer <= INT64_MAX && integer >= -INT64_MAX - 1n) {
      const number = Number(integer);
      return Number.isSafeInteger(number) ? number : integer;
    }
  }
  const real = Number(text);
  if (!Number.isFinite(real)) throw new JsonSyntaxError('number outside valid range');
  return real;
}

/** What the letter behind a backslash stands for (RFC 8259, section 7). */
export const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Undoes the escapes of a quoted string, as `json_string_unescape`. */
export function unescapeString(text: string): string {
  let result = '';
  let at = 0;
  while (at < text.length) {
    const char = text[at++]!;
    if (char !== '\\') {
      result += char;
      continue;
    }
    const letter = text[at++]!;
    const plain = escapes[letter];
    if (plain !== undefined) result += plain;
    else if (letter !== 'u') throw new JsonSyntaxError(`bad escape \\${letter}`);
    else {
      const [unescaped, end] = readUnicode(text, at);
      result += unescaped;
      at = end;
    }
  }
  return result;
}

/** What follows `\u` from `at` on: one unit, or a surrogate pair; and where it ends. */
function readUnicode(text: string, at: number): [string, number] {
  const first = readHex(text, at);
  if (first < 0xd800 || first > 0xdbff) return [String.fromCharCode(first), at + 4];
  if (text.slice(at + 4, at + 6) !== '\\u') throw new JsonSyntaxError('malformed escaped surrogate pair');
  const second = readHex(text, at + 6);
  if (second < 0xdc00 || second > 0xdfff) {
    throw new JsonSyntaxError('second half of escaped surrogate pair is not trailing surrogate');
  }
  return [String.fromCharCode(first, second), at + 10];
}

function readHex(text: string, at: number): number {
  const digits = text.slice(at, at + 4);
  if (digits.length < 4) throw new JsonSyntaxError('quoted string ends within \\u escape');
  if (!/^[\da-fA-F]{4}$/.test(digits)) throw new JsonSyntaxError('malformed \\u escape');
  const unit = Number.parseInt(digits, 16);
  if (unit === 0) throw new JsonSyntaxError('null bytes not supported in quoted strings');
  return unit;
}
