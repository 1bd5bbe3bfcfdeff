import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { temporaryDirectory } from './ovsdb-server.js';

/** The two ends of a connection through the kernel. */
export async function withConnection(t: ExecutionContext): Promise<{ near: Socket; far: Socket }> {
  const server = createServer().listen(join(await temporaryDirectory(t), 'socket'));
  await once(server, 'listening');
  const near = createConnection(server.address() as string);
  const [far] = (await once(server, 'connection')) as [Socket];
  t.teardown(() => {
    near.destroy();
    far.destroy();
    server.close();
  });
  return { near, far };
}

/** Blocks the event loop, as a busy process does: for `duration` milliseconds no timer runs, and nothing is read. */
export function block(duration: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, duration);
}
