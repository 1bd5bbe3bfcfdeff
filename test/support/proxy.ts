import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { temporaryDirectory } from './ovsdb-server.js';

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

/** Stands between a client and a server's socket, and does what networks do. */
export class SocketProxy {
  readonly remote: string;
  /** Connections taken since the start. */
  accepted = 0;
  /** Text that came from the client, for tests that ask what was sent. */
  sent = '';
  #target: string;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #held = false;
  #refusing = false;

  constructor(path: string, target: string) {
    this.remote = `unix:${path}`;
    this.#target = target;
    this.#server = createServer((near) => this.#onConnection(near)).listen(path);
  }

  async listening(): Promise<this> {
    if (!this.#server.listening) await once(this.#server, 'listening');
    return this;
  }

  get open(): number {
    return this.#pairs.size;
  }

  #onConnection(near: Socket): void {
    this.accepted++;
    if (this.#refusing) {
      near.destroy();
      return;
    }
    const far = createConnection(this.#target);
    const pair = { near, far };
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.on('error', () => {}).on('close', end);
    near.on('data', (chunk) => {
      this.sent += chunk;
      far.write(chunk);
    });
    far.on('data', (chunk) => near.write(chunk));
    if (this.#held) far.pause();
  }

  /** Drops all connections. New ones are taken. */
  drop(): void {
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
  }

  /** Drops all connections, and every new one, until `restore`. */
  cut(): void {
    this.#refusing = true;
    this.drop();
  }

  restore(): void {
    this.#refusing = false;
  }

  /** Holds back what the server says, until `release` or the connection is dropped; requests still get through. */
  hold(): void {
    this.#held = true;
    for (const { far } of this.#pairs) far.pause();
  }

  release(): void {
    this.#held = false;
    for (const { far } of this.#pairs) far.resume();
  }

  /** Holds back what the client asks, until `proceed`. */
  stall(): void {
    for (const { near } of this.#pairs) near.pause();
  }

  proceed(): void {
    for (const { near } of this.#pairs) near.resume();
  }

  close(): void {
    this.#server.close();
    this.drop();
  }
}

/** A proxy before a server's socket, which ends with the test. */
export async function withProxy(t: ExecutionContext<unknown>, remote: string): Promise<SocketProxy> {
  const path = join(await temporaryDirectory(t), 'proxy.sock');
  const proxy = new SocketProxy(path, remote.replace(/^unix:/, ''));
  t.teardown(() => proxy.close());
  return proxy.listening();
}
