import { Fatal } from '../../fatal.js';

const DELIMITERS = ':=, []{}!<>';

export function isDelimiter(char: string): boolean {
  return DELIMITERS.includes(char);
}

/** A place in an argument. */
export class Scanner {
  at = 0;

  constructor(readonly text: string) {}

  /** The character here; '' at the end. */
  get char(): string {
    return this.text.charAt(this.at);
  }

  get rest(): string {
    return this.text.slice(this.at);
  }

  skipSpaces(): void {
    while (this.char !== '' && ' \t\n\r\v\f'.includes(this.char)) this.at++;
  }

  /** Reads up to a delimiter outside quotes (`ovsdb_token_parse`), quotes and escapes as they stand. @throws {Fatal} */
  token(): string {
    const start = this.at;
    let quoted = false;
    for (; this.at < this.text.length; this.at++) {
      const { char } = this;
      if (char === '\\') {
        this.at++;
        if (this.char === '') throw new Fatal(`${this.text.slice(start)}: backslash at end of argument`);
      } else if (!quoted && isDelimiter(char)) {
        break;
      } else if (char === '"') {
        quoted = !quoted;
      }
    }
    if (quoted) throw new Fatal(`${this.text.slice(start)}: quoted string extends past end of argument`);
    return this.text.slice(start, this.at);
  }
}
