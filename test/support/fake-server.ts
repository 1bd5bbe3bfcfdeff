import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { DEFAULT_LIMITS, Framer } from '../../src/jsonrpc/index.js';
import { temporaryDirectory } from './ovsdb-server.js';

/** Neither an ovsdb-server nor a switch: a listener that does what no real one can be made to do. @returns its remote. */
export async function withFakeServer(
  t: ExecutionContext<unknown>,
  onConnection: (socket: Socket) => void,
): Promise<string> {
  const path = join(await temporaryDirectory(t), 'fake.sock');
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    onConnection(socket);
  }).listen(path);
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `unix:${path}`;
}

/** What a fake server answers to a method: a result, or a function of the params that makes one. */
export type Replies = Record<string, unknown>;

/** Answers on a socket as an old ovsdb-server would: what is not among the replies is an unknown method. */
export function answer(socket: Socket, replies: Replies): void {
  const write = (id: unknown, result: unknown, error: unknown) =>
    socket.write(JSON.stringify({ id, ...(error === null ? { result } : {}), error }));
  const framer = new Framer(
    (text) => {
      const { id, method, params } = JSON.parse(text) as { id: unknown; method: string; params: unknown[] };
      if (id === null) return;
      const reply = replies[method];
      if (reply === undefined) write(id, null, 'unknown method');
      else write(id, typeof reply === 'function' ? reply(params) : reply, null);
    },
    DEFAULT_LIMITS,
    'the client',
  );
  socket.on('data', (chunk) => framer.push(chunk));
}
