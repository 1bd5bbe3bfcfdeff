import { OpenFlowProtocolError } from './errors.js';

/** Reads a message from its start, and never past its end. */
export class Reader {
  #at = 0;

  /** @param what names the message in errors. */
  constructor(
    readonly bytes: Buffer,
    readonly what: string,
  ) {}

  /** Bytes not yet read. */
  get left(): number {
    return this.bytes.length - this.#at;
  }

  u8(): number {
    return this.bytes[this.#step(1)]!;
  }

  u16(): number {
    return this.bytes.readUInt16BE(this.#step(2));
  }

  u32(): number {
    return this.bytes.readUInt32BE(this.#step(4));
  }

  u64(): bigint {
    return this.bytes.readBigUInt64BE(this.#step(8));
  }

  take(length: number): Buffer {
    const start = this.#step(length);
    return this.bytes.subarray(start, start + length);
  }

  skip(length: number): void {
    this.#step(length);
  }

  #step(length: number): number {
    if (length < 0 || length > this.left) {
      throw new OpenFlowProtocolError(`${this.what}: ends after ${this.left} bytes where ${length} are due`);
    }
    const start = this.#at;
    this.#at += length;
    return start;
  }
}

export function u8(value: number): Buffer {
  return Buffer.of(value);
}

export function u16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function u64(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

/** Zeros that bring `length` to a multiple of 8. */
export function padding(length: number): Buffer {
  return Buffer.alloc((8 - (length % 8)) % 8);
}

/** A 64-bit number as our API gives it: a `bigint` only where a `number` would round it. */
export function integer(value: bigint): number | bigint {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}
