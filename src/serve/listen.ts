import { once } from 'node:events';
import { chmodSync, statSync } from 'node:fs';
import type { Server } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { dirname } from 'node:path';
import { removeDeadSocket } from '../base/dead-socket.js';
import { InvalidArgumentError, messageOf } from '../base/errors.js';
import { ListenError } from './errors.js';

/** Where the service listens. */
export type Endpoint =
  | { readonly kind: 'unix'; readonly path: string; readonly mode: number }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** A socket that systemd listens on for us. */
  | { readonly kind: 'inherited'; readonly fd: number };

/** The first descriptor that systemd hands over, sd_listen_fds(3). */
const FIRST_FD = 3;

/** Bits of a mode that let others than the owner in. */
const OTHERS = 0o177;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/**
 * `HOST:PORT`, `[::1]:PORT` or a port of 127.0.0.1.
 * @throws {InvalidArgumentError} for an address that others can reach
 */
export function parseTcp(text: string): Endpoint {
  const match = /^(?:(?:\[([^\]]+)\]|([^:]+)):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65535) {
    throw new InvalidArgumentError(`${text}: say HOST:PORT, such as 127.0.0.1:8642`);
  }
  const host = match[1] ?? match[2] ?? '127.0.0.1';
  return { kind: 'tcp', host: checkLoopback(host === 'localhost' ? '127.0.0.1' : host), port };
}

function checkLoopback(host: string): string {
  const family = isIP(host);
  if (family !== 0 && loopback.check(host, family === 4 ? 'ipv4' : 'ipv6')) return host;
  throw new InvalidArgumentError(`${host}: the service listens on loopback only, such as 127.0.0.1 or ::1`);
}

/** The sockets that systemd (or `systemd-socket-activate`) listens on for this process, sd_listen_fds(3). */
export function inheritedEndpoints(env: NodeJS.ProcessEnv = process.env): Endpoint[] {
  const { LISTEN_PID, LISTEN_FDS } = env;
  // They are ours alone: no child is to take them for its own.
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete env[name];
  if (LISTEN_PID !== String(process.pid) || !/^\d{1,3}$/.test(LISTEN_FDS ?? '')) return [];
  return Array.from({ length: Number(LISTEN_FDS) }, (_, index) => ({ kind: 'inherited', fd: FIRST_FD + index }));
}

/**
 * Starts to listen.
 * @returns whether over TCP
 * @throws {ListenError}; {@link InvalidArgumentError} for an inherited socket that others can reach
 */
export async function listen(server: Server, endpoint: Endpoint): Promise<'unix' | 'tcp'> {
  try {
    await start(server, endpoint);
  } catch (error) {
    throw new ListenError(`cannot listen on ${describe(endpoint)}: ${messageOf(error)}`, error);
  }
  const address = server.address();
  if (address === null || typeof address === 'string') return 'unix';
  checkLoopback(address.address);
  return 'tcp';
}

async function start(server: Server, endpoint: Endpoint): Promise<void> {
  const listening = once(server, 'listening');
  // It is thrown by `listen` itself or told by the event; the one that is not awaited is nobody's.
  listening.catch(() => {});
  if (endpoint.kind === 'unix') {
    needDirectory(endpoint.path);
    await removeDeadSocket(endpoint.path);
    bindPrivately(server, endpoint);
    await listening;
    chmodSync(endpoint.path, endpoint.mode);
  } else if (endpoint.kind === 'tcp') {
    server.listen({ host: endpoint.host, port: endpoint.port });
    await listening;
  } else {
    server.listen({ fd: endpoint.fd });
    await listening;
  }
}

/** Node calls it EACCES, which it is not. */
function needDirectory(path: string): void {
  const directory = dirname(path);
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new Error(`there is no directory ${directory}`);
}

/** `listen` binds before it returns: at no time can others than the owner connect. */
function bindPrivately(server: Server, { path }: { path: string }): void {
  const before = process.umask(OTHERS);
  try {
    server.listen({ path });
  } finally {
    process.umask(before);
  }
}

export function describe(endpoint: Endpoint): string {
  if (endpoint.kind === 'unix') return endpoint.path;
  if (endpoint.kind === 'inherited') return `descriptor ${endpoint.fd}`;
  return endpoint.host.includes(':') ? `[${endpoint.host}]:${endpoint.port}` : `${endpoint.host}:${endpoint.port}`;
}
