import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectTo } from './ovsdb-server.js';

/**
 * A hostile peer: a socket that does with its client what the test says, and not what an ovsdb-server would. For what
 * no real server can be made to do.
 */
export class HostilePeer implements AsyncDisposable {
  private constructor(
    readonly socketPath: string,
    readonly dir: string,
    readonly server: net.Server,
    readonly sockets: Set<net.Socket>,
  ) {}

  static async start(behave: (socket: net.Socket) => void): Promise<HostilePeer> {
    const dir = await mkdtemp(path.join(tmpdir(), 'ovskit-hostile-'));
    const sockets = new Set<net.Socket>();
    const server = net.createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      behave(socket);
    });
    const socketPath = path.join(dir, 'sock');
    server.listen(socketPath);
    await once(server, 'listening');
    return new HostilePeer(socketPath, dir, server, sockets);
  }

  async connect(): Promise<net.Socket> {
    return connectTo(this.socketPath);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await rm(this.dir, { recursive: true, force: true });
  }
}
