import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls';
import { removeDeadSocket } from '../../base/dead-socket.js';
import { type CallOptions, Waiter } from '../../base/deadline.js';
import { messageOf } from '../../base/errors.js';
import { Inlet } from '../../jsonrpc/index.js';
import { ConnectError, OvsdbError, TlsError } from '../errors.js';
import { isPassive, type Remote } from '../remote.js';
import { authorities, bootstrap, connectTls, needsBootstrap, secureContext, type TlsOptions, tlsError } from './tls.js';

/** What a peer without session tickets gets to say that it refuses our certificate. */
const VERDICT_TIMEOUT = 100;

/** A server that takes longer than this to take a connection is not there. */
const CONNECT_TIMEOUT = 10_000;

const reasons: Record<string, string> = {
  ENOENT: 'there is no such socket; is ovsdb-server running?',
  ECONNREFUSED: 'nobody listens there; is ovsdb-server running?',
  EACCES: 'no permission to open that socket; run as root or as a member of its group',
  ENOTSOCK: 'that is not a socket',
  ENOTFOUND: 'there is no host of that name',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  EADDRINUSE: 'that address is in use by another program',
  ETIMEDOUT: 'the host does not answer',
};

function connectError(remote: Remote, error: unknown): OvsdbError {
  if (error instanceof OvsdbError) return error;
  const secure = remote.kind === 'ssl' || remote.kind === 'pssl' ? tlsError(remote.text, error) : undefined;
  if (secure) return secure;
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? messageOf(error);
  const verb = isPassive(remote) ? 'listen on' : 'connect to';
  return new ConnectError(`cannot ${verb} ${remote.text}: ${reason}`, { cause: error });
}

/**
 * Opens a byte stream to a remote, or waits for a passive one to open it.
 *
 * @param options `timeout` in milliseconds, 10 000 by default; a passive remote is waited for without one unless named.
 * @throws {ConnectError} saying why it can't be reached; {@link TlsError}; `TimeoutError`. No socket is left open.
 */
export async function openRemote(
  remote: Remote,
  options: CallOptions & { tls?: TlsOptions | undefined } = {},
): Promise<Socket> {
  const { tls = {}, ...rest } = options;
  if (isPassive(remote)) return accept(remote, tls, rest);
  if (remote.kind === 'ssl' && needsBootstrap(tls)) {
    await using _ = disposable(await connectActive(remote, tls, rest, 'secureConnect', fetchAuthority(tls)));
  }
  return connectActive(remote, tls, rest, remote.kind === 'ssl' ? 'secureConnect' : 'connect');
}

/** What the first connection of a bootstrap is for. */
function fetchAuthority(tls: TlsOptions): (socket: Socket) => Promise<void> {
  return (socket) => bootstrap(socket as Parameters<typeof bootstrap>[0], tls.bootstrapCaCert as string);
}

function disposable(socket: Socket): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      socket.destroy();
      if (!socket.closed) await once(socket, 'close');
    },
  };
}

async function connectActive(
  remote: Remote,
  tls: TlsOptions,
  options: CallOptions,
  event: 'connect' | 'secureConnect',
  then?: (socket: Socket) => Promise<void>,
): Promise<Socket> {
  const waiter = new Waiter<void>(`connecting to ${remote.text}`, options, CONNECT_TIMEOUT);
  let socket: Socket | undefined;
  const onError = (error: Error) => waiter.reject(connectError(remote, error));
  try {
    socket = startSocket(remote, tls);
    socket.once('error', onError);
    const opened = socket;
    opened.once(event, () => (event === 'connect' ? waiter.resolve() : onVerdict(opened, () => waiter.resolve())));
    opened.once('close', () => waiter.reject(connectError(remote, new Error('it closed the connection'))));
    await waiter.promise;
    await then?.(socket);
    return socket;
  } catch (error) {
    waiter.resolve();
    // An error that comes after we have given up is nobody's.
    socket?.on('error', () => {});
    socket?.destroy();
    throw error;
  } finally {
    socket?.off('error', onError);
  }
}

/**
 * Calls back when the peer has taken our certificate, or our having none. To TLS 1.3 the handshake is over for us before
 * the peer has looked at it; its first word after that is a session ticket, or an alert, which a write would lose to EPIPE.
 */
function onVerdict(socket: Socket, callback: () => void): void {
  if ((socket as TLSSocket).getProtocol() !== 'TLSv1.3') {
    callback();
    return;
  }
  const timer = setTimeout(callback, VERDICT_TIMEOUT);
  socket.once('close', () => clearTimeout(timer));
  socket.once('session', () => {
    clearTimeout(timer);
    // The event comes from within OpenSSL's reading, where a write would spoil its state ("bad record mac").
    setImmediate(callback);
  });
}

/** Node.js puts OpenSSL's name of the fault here, where its types have an Error. */
function asError(fault: unknown): Error | undefined {
  if (typeof fault !== 'string') return fault instanceof Error ? fault : undefined;
  return Object.assign(new Error(fault), { code: fault });
}

function startSocket(remote: Remote, tls: TlsOptions): Socket {
  switch (remote.kind) {
    case 'unix': {
      const inlet = new Inlet();
      return inlet.serve(connect({ path: remote.path, onread: inlet.onread }));
    }
    case 'tcp': {
      const inlet = new Inlet();
      const { host, port } = remote;
      return inlet.serve(connect({ host, port, noDelay: true, onread: inlet.onread }));
    }
    case 'ssl':
      return connectTls(remote.host, remote.port, tls);
    default:
      throw new ConnectError(`${remote.text} is passive: it connects to us`);
  }
}

/** Listens until the first peer connects, and no longer: one connection is all that a client needs. */
async function accept(remote: Remote, tls: TlsOptions, options: CallOptions): Promise<Socket> {
  const waiter = new Waiter<Socket>(`waiting for a connection on ${remote.text}`, options, Number.POSITIVE_INFINITY);
  const refuse = (error: unknown) => waiter.reject(connectError(remote, error));
  const secure = remote.kind === 'pssl' ? createTlsListener(tls) : undefined;
  secure?.on('tlsClientError', (error, { authorizationError }) => refuse(asError(authorizationError) ?? error));
  const server = createServer({ noDelay: true }).on('error', refuse);
  const opened = new Set<Socket>();
  secure?.on('secureConnection', (socket: Socket) => waiter.resolve(socket));
  server.on('connection', (socket: Socket) => {
    opened.add(socket);
    if (waiter.settled || opened.size > 1) socket.destroy();
    else if (secure) secure.emit('connection', socket);
    else waiter.resolve(socket);
  });
  try {
    if (remote.kind === 'punix') await removeDeadSocket(remote.path);
    listen(server, remote);
    return await waiter.promise;
  } catch (error) {
    for (const socket of opened) socket.destroy();
    throw error;
  } finally {
    // Its socket goes with it.
    server.close();
  }
}

/** Never listens itself: it is handed sockets to secure. */
function createTlsListener(tls: TlsOptions): TlsServer {
  const ca = authorities(tls);
  if (!ca)
    throw new TlsError('ERR_OVSDB_TLS_NO_CA', 'a pssl: remote cannot take its CA from a peer: the file is missing');
  return createTlsServer({
    ...secureContext(tls),
    ca,
    requestCert: true,
    rejectUnauthorized: true,
    handshakeTimeout: CONNECT_TIMEOUT,
  });
}

function listen(server: Server, remote: Remote): void {
  if (remote.kind === 'punix') server.listen(remote.path);
  else if (remote.kind === 'ptcp' || remote.kind === 'pssl') server.listen({ port: remote.port, host: remote.host });
}
