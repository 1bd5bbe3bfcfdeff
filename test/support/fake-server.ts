import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { Session } from '../../src/jsonrpc/index.js';
import { temporaryDirectory } from './ovsdb-server.js';

/** Not an ovsdb-server: a listener that does what no real one does. @returns its remote. */
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

/**
 * Answers on a socket as an ovsdb-server without `_Server` would, with these replies by method; a function gets the
 * params. What is missing is an unknown method, as it is to a server older than the method.
 */
export function answer(socket: Socket, replies: Record<string, unknown>): Session {
  return new Session(socket, {
    onRequest: (method, params) => {
      const reply = replies[method];
      return typeof reply === 'function' ? reply(params) : (reply ?? {});
    },
  });
}
