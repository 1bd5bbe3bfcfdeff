/** Chunks at least this long are kept as they are; shorter ones are copied together. */
const KEEP_BYTES = 4096;
const BLOCK_BYTES = 16 * 1024;

/**
 * The pieces of one message that came in several chunks, joined once at its end. Small pieces are copied into blocks,
 * so a peer that sends byte by byte costs its bytes and not an object for each.
 */
export class Chunks {
  /** Bytes held. */
  length = 0;
  #parts: Buffer[] = [];
  #block: Buffer | undefined;
  #begin = 0;
  #end = 0;

  /** @param lent the bytes are another's from here on, and have to be copied. */
  add(bytes: Buffer, lent = false): void {
    this.length += bytes.length;
    if (bytes.length >= KEEP_BYTES) {
      this.#seal();
      this.#parts.push(lent ? Buffer.from(bytes) : bytes);
      return;
    }
    if (this.#block === undefined || this.#block.length - this.#end < bytes.length) {
      this.#seal();
      this.#block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
      this.#begin = this.#end = 0;
    }
    if (bytes.length === 1) this.#block[this.#end] = bytes[0]!;
    else bytes.copy(this.#block, this.#end);
    this.#end += bytes.length;
  }

  /** All the bytes in order. They are valid until the next `add`. */
  take(): Buffer {
    this.#seal();
    const [first] = this.#parts;
    const bytes = this.#parts.length === 1 && first ? first : Buffer.concat(this.#parts, this.length);
    this.#parts = [];
    this.#begin = this.#end = 0;
    this.length = 0;
    return bytes;
  }

  #seal(): void {
    if (this.#block && this.#end > this.#begin) this.#parts.push(this.#block.subarray(this.#begin, this.#end));
    this.#begin = this.#end;
  }
}
