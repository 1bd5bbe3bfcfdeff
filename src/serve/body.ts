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
  return parse(await readBytes(request, limit, room));
}

/** By events: an async iterator costs as much as all the rest of the reading. */
function readBytes(request: IncomingMessage, limit: number, room: Room | undefined): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const end = (error: unknown): void => {
      room?.giveBack(length);
      request.off('data', take).off('end', end).off('error', end).off('close', cut);
      if (error === undefined) resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length));
      else reject(error);
    };
    const cut = () => end(new Error('the client has gone'));
    const take = (chunk: Buffer): void => {
      try {
        if (length + chunk.length > limit) throw tooLarge(limit);
        room?.take(chunk.length);
      } catch (error) {
        // It has yet to be answered, and the rest of it is not worth reading.
        request.pause();
        end(error);
        return;
      }
      length += chunk.length;
      chunks.push(chunk);
    };
    request.on('data', take).on('end', end).on('error', end).on('close', cut);
  });
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (error) {
    throw new InvalidArgumentError(`the body is not JSON: ${messageOf(error)}`, { cause: error });
  }
}
