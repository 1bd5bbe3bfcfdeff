import type { IncomingMessage } from 'node:http';
import { InvalidArgumentError, messageOf } from '../base/errors.js';
import { tooLarge, wrongMediaType } from './errors.js';

/**
 * Reads a request's body, which must be a JSON document.
 * @throws {ServeError} when it is too large or no JSON by its own account
 * @throws {InvalidArgumentError} when it can't be parsed
 */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  const { 'content-type': type = 'nothing', 'content-encoding': encoding } = request.headers;
  if (!/^application\/json *(?:;|$)/i.test(type)) throw wrongMediaType(type);
  if (encoding !== undefined && encoding !== 'identity') throw wrongMediaType(encoding);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let length = 0;
  // The request outlives the loop: it has yet to be answered.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks, length)));
  } catch (error) {
    throw new InvalidArgumentError(`the body is not JSON: ${messageOf(error)}`, { cause: error });
  }
}
