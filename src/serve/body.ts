import type { IncomingMessage } from 'node:http';
import { InvalidArgumentError, messageOf } from '../base/errors.js';
import { noRoom, tooLarge, wrongMediaType } from './errors.js';

/** Bytes of long bodies that are held at once: many clients together can't fill the memory. */
export class Room {
  #free: number;

  constructor(readonly bytes: number) {
    this.#free = bytes;
  }

  /** @throws {ServeError} when there is none */
  take(bytes: number): void {
    if (bytes > this.#free) throw noRoom(this.bytes);
    this.#free -= bytes;
  }

  giveBack(bytes: number): void {
    this.#free += bytes;
  }
}

/**
 * Reads a request's body, which must be a JSON document.
 * @param limit bytes
 * @param room taken while the body is read
 * @throws {ServeError} when it is too large or no JSON by its own account
 * @throws {InvalidArgumentError} when it can't be parsed
 */
export async function readJson(request: IncomingMessage, limit: number, room?: Room): Promise<unknown> {
  const { 'content-type': type = 'nothing', 'content-encoding': encoding } = request.headers;
  if (!/^application\/json *(?:;|$)/i.test(type)) throw wrongMediaType(type);
  if (encoding !== undefined && encoding !== 'identity') throw wrongMediaType(encoding);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let length = 0;
  let taken = 0;
  try {
    // The request outlives the loop: it has yet to be answered.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > limit) throw tooLarge(limit);
      room?.take(chunk.length);
      taken = length;
      chunks.push(chunk);
    }
    return parse(chunks, length);
  } finally {
    room?.giveBack(taken);
  }
}

function parse(chunks: readonly Buffer[], length: number): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks, length)));
  } catch (error) {
    throw new InvalidArgumentError(`the body is not JSON: ${messageOf(error)}`, { cause: error });
  }
}
