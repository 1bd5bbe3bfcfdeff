import { Grammar } from './grammar.js';
import { JsonSyntaxError } from './syntax-error.js';
import { readNumber, unescapeString } from './tokens.js';
import type { Json } from './value.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const keywords: Readonly<Record<string, Json>> = { false: false, true: true, null: null };

/**
 * Parses JSON text as `json_from_string` of Open vSwitch's lib/json.c does: an object or an array, with its message for
 * what is wrong ("line 0, column 4, byte 4: invalid keyword 'bad'"; bytes are counted, from 0).
 *
 * @throws {JsonSyntaxError}
 */
export function parseJson(text: string | Buffer): Json {
  const scanner = new Scanner(typeof text === 'string' ? Buffer.from(text) : text);
  try {
    return scanner.parse();
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new JsonSyntaxError(`${scanner.position()}: ${error.message}`);
  }
}

class Scanner {
  readonly #bytes: Buffer;
  readonly #grammar = new Grammar();
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  parse(): Json {
    while (this.#at < this.#bytes.length) this.#token();
    if (this.#grammar.state === 'start') throw new JsonSyntaxError('empty input stream');
    if (this.#grammar.state !== 'end') throw new JsonSyntaxError('unexpected end of input');
    return this.#grammar.result;
  }

  position(): string {
    const before = this.#bytes.subarray(0, this.#at);
    const lines = before.filter((byte) => byte === NEWLINE).length;
    return `line ${lines}, column ${this.#at - (before.lastIndexOf(NEWLINE) + 1)}, byte ${this.#at}`;
  }

  /** Reads one token. On an error `#at` is the byte that lib/json.c, which reads byte by byte, complains at. */
  #token(): void {
    const byte = this.#bytes[this.#at]!;
    const char = String.fromCharCode(byte);
    if (' \t\n\r'.includes(char)) {
      this.#at += 1;
    } else if ('[]{}:,'.includes(char)) {
      this.#grammar.input({ punctuation: char });
      this.#at += 1;
    } else if (char === '"') {
      this.#string();
    } else if (/[a-z]/.test(char)) {
      const word = this.#take(/[a-zA-Z]/);
      if (!Object.hasOwn(keywords, word)) throw new JsonSyntaxError(`invalid keyword '${word}'`);
      this.#grammar.input({ value: keywords[word]! });
      this.#countEnd();
    } else if (/[-\d]/.test(char)) {
      this.#grammar.input({ value: readNumber(this.#take(/[-.\d+eE]/)) });
      this.#countEnd();
    } else {
      const shown = byte > 0x20 && byte < 0x7f ? `'${char}'` : `U+${byte.toString(16).padStart(4, '0')}`;
      throw new JsonSyntaxError(`invalid character ${shown}`);
    }
  }

  /** lib/json.c ends a word that the input ends in by a space of its own, and counts it. */
  #countEnd(): void {
    if (this.#at === this.#bytes.length) this.#at += 1;
  }

  #take(allowed: RegExp): string {
    const start = this.#at;
    while (this.#at < this.#bytes.length && allowed.test(String.fromCharCode(this.#bytes[this.#at]!))) this.#at += 1;
    return this.#bytes.toString('latin1', start, this.#at);
  }

  #string(): void {
    const start = ++this.#at;
    for (; this.#at < this.#bytes.length; this.#at += 1) {
      const byte = this.#bytes[this.#at]!;
      if (byte === QUOTE) {
        this.#grammar.input({ value: unescapeString(this.#bytes.toString('utf8', start, this.#at)) });
        this.#at += 1;
        return;
      }
      if (byte === BACKSLASH) this.#at += 1;
      else if (byte < 0x20) {
        const code = byte.toString(16).toUpperCase().padStart(4, '0');
        throw new JsonSyntaxError(`U+${code} must be escaped in quoted string`);
      }
    }
    this.#at = this.#bytes.length;
    throw new JsonSyntaxError('unexpected end of input in quoted string');
  }
}
