import { resolve } from 'node:path';
import type { Duplex } from 'node:stream';
import { runDirectory } from '../../base/directories.js';
import { InvalidArgumentError } from '../../base/errors.js';
import { parseRemote } from '../../ovsdb/remote.js';
import { openRemote } from '../../ovsdb/stream/open.js';
import { Fatal } from '../fatal.js';
import { errnoOf } from '../strerror.js';
import type { Context } from './context.js';

/** The errno that `jsonrpc_stream_open` gives for a connection method that it doesn't know. */
const UNKNOWN_METHOD = 'EAFNOSUPPORT';

/**
 * Opens a stream to a server, or waits for a passive one. Sockets in the file system are relative to the run directory.
 *
 * @throws {Fatal} as ovsdb-client ends.
 */
export async function openStream(server: string, context: Context): Promise<Duplex> {
  const passive = /^p(unix|tcp|ssl):/.test(server);
  if (passive) context.log.log('ovsdb_client', 'INFO', `${server}: waiting for connection...`);
  try {
    return await connect(server, context);
  } catch (error) {
    const errno = connectErrno(error);
    const verb = passive || errno === UNKNOWN_METHOD ? 'connect or listen to' : 'connect to';
    throw new Fatal(`failed to ${verb} "${server}"`, errno);
  }
}

/** The errno of a failed attempt, as lib/stream.c would have it. */
export function connectErrno(error: unknown): string {
  return error instanceof InvalidArgumentError ? UNKNOWN_METHOD : (errnoOf(error) ?? 'EPROTO');
}

/** As `openStream`, throwing what the transport throws. */
export async function connect(server: string, context: Context): Promise<Duplex> {
  const { ssl } = context.options;
  const remote = server.replace(/^(p?unix:)(.*)$/s, (_, kind: string, path: string) => {
    return kind + resolve(runDirectory(), path);
  });
  if (remote.startsWith('ssl:') || remote.startsWith('pssl:')) checkSslOptions(context);
  return await openRemote(parseRemote(remote), { tls: ssl, timeout: Number.POSITIVE_INFINITY });
}

function checkSslOptions({ options: { ssl }, log }: Context): void {
  const missing: string[] = [];
  if (ssl.privateKey === undefined) missing.push('Private key');
  if (ssl.certificate === undefined) missing.push('Certificate');
  if (ssl.caCert === undefined && ssl.bootstrapCaCert === undefined) missing.push('CA certificate');
  for (const what of missing) log.log('stream_ssl', 'ERR', `${what} must be configured to use SSL`);
  if (missing.length > 0) throw Object.assign(new Error('SSL is not configured'), { code: 'ENOPROTOOPT' });
}
