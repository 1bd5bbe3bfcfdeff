import { Fatal } from '../../fatal.js';
import { escapes } from '../../json/tokens.js';

/** Reads the inside of a JSON string as `json_string_unescape`. @throws {Fatal} in its words. */
export function unescapeJson(text: string): string {
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '"') throw new Fatal('quoted string may not include unescaped "');
    if (char < ' ') {
      const code = char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
      throw new Fatal(`U+${code} must be escaped in quoted string`);
    }
    if (char !== '\\') {
      result += char;
      continue;
    }
    const kind = text.charAt(++i);
    if (kind === '') throw new Fatal('quoted string may not end with backslash');
    if (kind === 'u') {
      const [unit, used] = unicode(text, i);
      result += unit;
      i += used;
      continue;
    }
    const plain = escapes[kind];
    if (plain === undefined) throw new Fatal(`bad escape \\${kind}`);
    result += plain;
  }
  return result;
}

function unicode(text: string, at: number): [unit: string, used: number] {
  const digits = text.slice(at + 1, at + 5);
  if (digits.length < 4) throw new Fatal('quoted string ends within \\u escape');
  if (!/^[\da-f]{4}$/i.test(digits)) throw new Fatal('malformed \\u escape');
  const code = Number.parseInt(digits, 16);
  if (code === 0) throw new Fatal('null bytes not supported in quoted strings');
  if (code < 0xd800 || code > 0xdfff) return [String.fromCharCode(code), 4];
  const low = /^\\u([\da-f]{4})/i.exec(text.slice(at + 5))?.[1];
  const lowCode = low === undefined ? 0 : Number.parseInt(low, 16);
  if (code > 0xdbff || lowCode < 0xdc00 || lowCode > 0xdfff) throw new Fatal('malformed escaped surrogate pair');
  return [String.fromCharCode(code, lowCode), 10];
}
