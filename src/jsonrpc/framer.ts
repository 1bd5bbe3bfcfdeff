import { Chunks } from './chunks.js';
import { LimitError, ProtocolError } from './errors.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';

/**
 * Called with the text of each message, in order. `longDigits` is false when no number in it has 16 digits in a
 * row, so that `parse` need not look.
 */
export type OnText = (text: string, longDigits: boolean) => void;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
/** Clears the bit by which `{` differs from `[`, and `}` from `]`. */
const BRACE_TO_BRACKET = 0xdf;
const LONG_DIGITS = 16;
const SEEN_LONG_DIGITS = 0x100;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Cuts a byte stream into JSON texts. OVSDB sends JSON objects back to back with no delimiter (RFC 7047 section 4), so
 * the end of one is where its outermost bracket closes. Each byte is looked at once, whatever the chunks; UTF-8 is
 * decoded a message at a time. Whether the text is well-formed JSON is left to the parser.
 *
 * Throws `ProtocolError` for bytes outside any object or array and for invalid UTF-8, `LimitError` past a limit. A
 * framer that has thrown is spent.
 */
export class Framer {
  readonly #onText: OnText;
  readonly #peer: string;
  readonly #maxBytes: number;
  readonly #maxDepth: number;
  readonly #chunks = new Chunks();
  /** Bytes before the current chunk. */
  #offset = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Length of the run of digits, outside strings, with which the last chunk ended. */
  #digits = 0;
  /** All bytes within strings or-ed together (below 0x80 when the message is ASCII), and `SEEN_LONG_DIGITS`. */
  #seen = 0;

  constructor(onText: OnText, limits: Partial<Pick<Limits, 'messageBytes' | 'depth'>> = {}, peer = 'the peer') {
    this.#onText = onText;
    this.#peer = peer;
    this.#maxBytes = limits.messageBytes ?? DEFAULT_LIMITS.messageBytes;
    this.#maxDepth = limits.depth ?? DEFAULT_LIMITS.depth;
  }

  /** Bytes held of a message whose end has not come. */
  get held(): number {
    return this.#chunks.length;
  }

  /**
   * Takes the next bytes, and calls back for each message that ends in them.
   *
   * @param lent the chunk is good only until this returns.
   */
  push(chunk: Buffer, lent = false): void {
    let i = 0;
    while (i < chunk.length) {
      if (this.#depth === 0) {
        i = this.#begin(chunk, i);
        if (i === chunk.length) break;
      }
      const start = i;
      i = this.#scan(chunk, start);
      this.#checkSize(i - start, i);
      if (this.#depth === 0) this.#emit(chunk, start, i);
      else this.#chunks.add(start === 0 ? chunk : chunk.subarray(start), lent);
    }
    this.#offset += chunk.length;
  }

  /** Finds where the next message begins; the length of the chunk when it does not begin in it. */
  #begin(chunk: Buffer, from: number): number {
    let i = from;
    while (i < chunk.length && isSpace(chunk[i]!)) i++;
    if (i < chunk.length && (chunk[i]! & BRACE_TO_BRACKET) !== OPEN_BRACKET) this.#throwGarbage(chunk, i);
    this.#digits = 0;
    this.#seen = 0;
    return i;
  }

  /** Goes on through a message to its end or the chunk's, and returns where. Few locals and no calls: it is hot. */
  #scan(chunk: Buffer, from: number): number {
    const length = chunk.length;
    let depth = this.#depth;
    let seen = this.#seen;
    let i = from;
    if (this.#escaped) {
      this.#escaped = false;
      seen |= chunk[i++]!;
    }
    // A string that an earlier chunk began goes on as if its quote were here.
    let byte = this.#inString ? QUOTE : chunk[i++]!;
    if (byte > NINE || byte < ZERO) this.#digits = 0;
    for (;;) {
      if (byte === QUOTE) {
        byte = 0;
        while (i < length) {
          byte = chunk[i++]!;
          if (byte === QUOTE) break;
          seen |= byte;
          if (byte === BACKSLASH) {
            if (i < length) seen |= chunk[i++]!;
            else this.#escaped = true;
          }
        }
        this.#inString = byte !== QUOTE;
      } else if (byte <= NINE && byte >= ZERO) {
        const start = i - 1 - this.#digits;
        this.#digits = 0;
        while (i < length && chunk[i]! <= NINE && chunk[i]! >= ZERO) i++;
        if (i - start >= LONG_DIGITS) seen |= SEEN_LONG_DIGITS;
        if (i === length) this.#digits = i - start;
      } else {
        const bracket = byte & BRACE_TO_BRACKET;
        if (bracket === OPEN_BRACKET) {
          if (++depth > this.#maxDepth) this.#throwDepth(i - 1);
        } else if (bracket === CLOSE_BRACKET && --depth === 0) break;
      }
      if (i >= length) break;
      byte = chunk[i++]!;
    }
    this.#depth = depth;
    this.#seen = seen;
    return i;
  }

  #emit(chunk: Buffer, start: number, end: number): void {
    let bytes = chunk;
    let from = start;
    let to = end;
    if (this.#chunks.length > 0) {
      this.#chunks.add(chunk.subarray(0, end));
      bytes = this.#chunks.take();
      from = 0;
      to = bytes.length;
    }
    const ascii = (this.#seen & 0x80) === 0;
    const text = ascii ? bytes.toString('latin1', from, to) : this.#decode(bytes.subarray(from, to), end);
    this.#onText(text, this.#seen >= SEEN_LONG_DIGITS);
  }

  #decode(bytes: Buffer, end: number): string {
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      const at = this.#offset + end - bytes.length;
      throw new ProtocolError(
        `${this.#peer} sent a message that is not UTF-8 (${bytes.length} bytes from byte ${at} on)`,
        {
          cause,
        },
      );
    }
  }

  #checkSize(more: number, end: number): void {
    const size = this.#chunks.length + more;
    if (size <= this.#maxBytes) return;
    const at = this.#offset + end - size;
    throw new LimitError(`${this.#peer} sent a message longer than ${this.#maxBytes} bytes (it begins at byte ${at})`);
  }

  #throwDepth(i: number): never {
    const at = this.#offset + i;
    throw new LimitError(
      `${this.#peer} sent arrays and objects more than ${this.#maxDepth} deep within one another (at byte ${at})`,
    );
  }

  #throwGarbage(chunk: Buffer, i: number): never {
    const seen = JSON.stringify(chunk.toString('latin1', i, i + 40));
    throw new ProtocolError(
      `${this.#peer} does not speak JSON-RPC: a JSON object should begin at byte ${this.#offset + i}, but there is ${seen}`,
    );
  }
}

/** Whitespace in JSON: space, tab, line feed, carriage return (RFC 8259 section 2). */
function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
