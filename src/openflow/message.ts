import { u16, u32 } from './bytes.js';
import { OpenFlowProtocolError } from './errors.js';

/** OpenFlow 1.0 on the wire. */
export const VERSION = 1;

/** Nicira's number among vendors, under which Open vSwitch extends OpenFlow 1.0 (openflow/nicira-ext.h). */
export const NICIRA = 0x2320;

const HEADER_BYTES = 8;

/** OpenFlow 1.0.0 section 5.1, `ofp_type`: those that we send or heed. */
export const Type = {
  HELLO: 0,
  ERROR: 1,
  ECHO_REQUEST: 2,
  ECHO_REPLY: 3,
  VENDOR: 4,
  FEATURES_REQUEST: 5,
  FEATURES_REPLY: 6,
  STATS_REQUEST: 16,
  STATS_REPLY: 17,
  BARRIER_REQUEST: 18,
  BARRIER_REPLY: 19,
} as const;

export interface Message {
  version: number;
  type: number;
  /** Ties a reply to its request. */
  xid: number;
  body: Buffer;
}

/** The bytes of a message of ours. */
export function encodeMessage(type: number, xid: number, ...body: Buffer[]): Buffer {
  const length = body.reduce((sum, part) => sum + part.length, HEADER_BYTES);
  if (length > 0xffff) throw new OpenFlowProtocolError(`a message of ${length} bytes: OpenFlow allows 65535`);
  return Buffer.concat([Buffer.of(VERSION, type), u16(length), u32(xid), ...body], length);
}

/** @throws {OpenFlowProtocolError} when a reply is of another type than `what` asked for. */
export function checkType(type: number, expected: number, what: string): void {
  if (type !== expected) {
    throw new OpenFlowProtocolError(`${what}: a message of type ${type} came where ${expected} is due`);
  }
}

/** A message of Nicira's extension. */
export function encodeVendor(subtype: number, xid: number, ...body: Buffer[]): Buffer {
  return encodeMessage(Type.VENDOR, xid, u32(NICIRA), u32(subtype), ...body);
}

/**
 * Cuts a byte stream into messages. Each byte is copied once, however the stream is chopped; no more than one message,
 * 65535 bytes, is held.
 */
export class Framer {
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  #body: Buffer | undefined;
  #bodyBytes = 0;

  /** @throws {OpenFlowProtocolError} when a length can't be: the stream has no next message then. */
  push(chunk: Buffer): Message[] {
    const messages: Message[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#headerBytes < HEADER_BYTES) {
        const copied = chunk.copy(this.#header, this.#headerBytes, at);
        this.#headerBytes += copied;
        at += copied;
        if (this.#headerBytes < HEADER_BYTES) break;
        this.#body = Buffer.allocUnsafe(this.#bodyLength());
        this.#bodyBytes = 0;
      }
      const body = this.#body as Buffer;
      const copied = chunk.copy(body, this.#bodyBytes, at);
      this.#bodyBytes += copied;
      at += copied;
      if (this.#bodyBytes === body.length) {
        messages.push({
          version: this.#header[0]!,
          type: this.#header[1]!,
          xid: this.#header.readUInt32BE(4),
          body,
        });
        this.#headerBytes = 0;
        this.#body = undefined;
      }
    }
    return messages;
  }

  #bodyLength(): number {
    const length = this.#header.readUInt16BE(2);
    if (length < HEADER_BYTES) throw new OpenFlowProtocolError(`a message of ${length} bytes: its header has 8`);
    return length - HEADER_BYTES;
  }
}
