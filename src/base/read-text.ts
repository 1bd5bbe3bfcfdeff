import { createReadStream, constants as fs, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { type CallOptions, Waiter } from './deadline.js';

/** Milliseconds: what is on a disk is there at once, what a pipe brings may have to be made first. */
const READ_TIMEOUT = 10_000;

/**
 * Reads a whole text file that somebody names: a pipe, such as a shell's `<(...)`, is waited for no longer than a deadline, and what
 * has no end is given up.
 *
 * @param limit bytes that it may have.
 * @param options `timeout` in milliseconds, 10 000 by default.
 * @throws `Error`, of Node's or for a file of more than `limit` bytes; {@link TimeoutError}; {@link AbortedError}.
 */
export async function readTextFile(path: string, limit: number, options: CallOptions = {}): Promise<string> {
  let isPipe = false;
  const why = () => (isPipe ? 'it is a pipe whose writer has not ended' : undefined);
  const waiter = new Waiter<string>(`read ${path}`, options, READ_TIMEOUT, why);
  const start = async () => {
    // Without O_NONBLOCK, to open a pipe that nobody writes into is to wait for ever.
    const fd = openSync(path, fs.O_RDONLY | fs.O_NONBLOCK);
    isPipe = fstatSync(fd).isFIFO();
    const stream = isPipe ? new Socket({ fd, readable: true, writable: false }) : createReadStream(path, { fd });
    waiter.onEnd(() => stream.destroy());
    waiter.resolve(await collect(stream, limit));
  };
  start().catch((error) => waiter.reject(error));
  return await waiter.promise;
}

async function collect(stream: Readable, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > limit) throw new Error(`it has more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
