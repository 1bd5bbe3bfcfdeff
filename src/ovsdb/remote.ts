import { connect as connectSocket, type Socket } from 'node:net';
import { type CallOptions, Waiter } from '../base/deadline.js';
import { InvalidArgumentError } from '../base/errors.js';
import { ConnectError } from './errors.js';

/** Where ovs-vswitchd's database listens unless it was told otherwise (ovsdb-server(1)). */
export const DEFAULT_REMOTE = 'unix:/var/run/openvswitch/db.sock';

/** Connecting is local and quick; a server that takes longer does not answer. */
const CONNECT_TIMEOUT = 10_000;

/** The longest path that fits `sun_path` with its closing NUL (unix(7)). */
const MAX_SOCKET_PATH = 107;

/** A remote, as ovsdb(7) writes it: for now `unix:PATH`. */
export interface Remote {
  readonly text: string;
  readonly path: string;
}

/** @throws {InvalidArgumentError} saying how a remote is written. */
export function parseRemote(text: string): Remote {
  const path = /^unix:(.+)$/s.exec(text)?.[1];
  if (!path) throw new InvalidArgumentError(`remote "${text}" is not understood; write it as unix:PATH`);
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH) {
    throw new InvalidArgumentError(`remote "${text}": a socket's path has ${MAX_SOCKET_PATH} bytes at most`);
  }
  return { text, path };
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such socket; is ovsdb-server running?',
  ECONNREFUSED: 'nobody listens on that socket; is ovsdb-server running?',
  EACCES: 'no permission to open that socket; run as root or as a member of its group',
  ENOTSOCK: 'that is not a socket',
};

/**
 * Opens a byte stream to a remote.
 *
 * @throws {ConnectError} saying why it can't be reached, or after `timeout` milliseconds (10 000 by default).
 */
export async function openRemote(remote: Remote, options: CallOptions = {}): Promise<Socket> {
  const waiter = new Waiter<Socket>(`connecting to ${remote.text}`, options, CONNECT_TIMEOUT);
  const socket = connectSocket(remote.path);
  const onError = (error: NodeJS.ErrnoException) => {
    const reason = reasons[error.code ?? ''] ?? error.message;
    waiter.reject(new ConnectError(`cannot connect to ${remote.text}: ${reason}`, { cause: error }));
  };
  socket.once('error', onError);
  socket.once('connect', () => waiter.resolve(socket));
  try {
    await waiter.promise;
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    socket.off('error', onError);
  }
}
