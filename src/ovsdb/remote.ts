import { join } from 'node:path';
import { runDirectory } from '../base/directories.js';
import { InvalidArgumentError } from '../base/errors.js';
import { shown, texts } from '../base/options.js';

/**
 * The switch's database where nobody names a remote: `$OVSKIT_REMOTE`, else `db.sock` in `$OVS_RUNDIR`, else
 * `unix:/var/run/openvswitch/db.sock` (ovsdb-server(1)). The environment of `ovskit sandbox` has both.
 */
export function defaultRemote(): string {
  return process.env.OVSKIT_REMOTE || `unix:${join(runDirectory(), 'db.sock')}`;
}

/** The port that IANA gave to OVSDB (ovsdb(7)). */
const DEFAULT_PORT = 6640;

/** The longest path that fits `sun_path` with its closing NUL (unix(7)). */
const MAX_SOCKET_PATH = 107;

/** We connect to an active remote; a passive one connects to us. */
export type Remote = { readonly text: string } & (
  | { readonly kind: 'unix' | 'punix'; readonly path: string }
  | { readonly kind: 'tcp' | 'ssl'; readonly host: string; readonly port: number }
  | { readonly kind: 'ptcp' | 'pssl'; readonly host: string | undefined; readonly port: number }
);

const FORMS = 'unix:PATH, tcp:HOST[:PORT], ssl:HOST[:PORT], punix:PATH, ptcp:[PORT][:HOST] or pssl:[PORT][:HOST]';

/**
 * Reads a remote as ovsdb(7) writes it, under "Connection Methods".
 *
 * @throws {InvalidArgumentError} saying how a remote is written.
 */
export function parseRemote(text: string): Remote {
  const [, kind, rest = ''] = /^([a-z]+):(.*)$/s.exec(text) ?? [];
  switch (kind) {
    case 'unix':
    case 'punix':
      return { text, kind, path: parsePath(text, rest) };
    case 'tcp':
    case 'ssl': {
      const [, v6, v4, port] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d+))?$/.exec(rest) ?? [];
      const host = v6 ?? v4;
      if (!host) throw misspelt(text);
      return { text, kind, host, port: parsePort(text, port, 1) };
    }
    case 'ptcp':
    case 'pssl': {
      const match = /^(\d*)(?::(?:\[([^\]]+)\]|([^:[\]]+)))?$/.exec(rest);
      if (!match) throw misspelt(text);
      const [, port, v6, v4] = match;
      return { text, kind, host: v6 ?? v4, port: parsePort(text, port, 0) };
    }
    default:
      throw misspelt(text);
  }
}

/** Reads several remotes, given as a list or joined by commas as ovsdb(7) has it for clusters. */
export function parseRemotes(remotes: string | readonly string[]): Remote[] {
  if (typeof remotes !== 'string' && !texts.fits(remotes)) {
    throw new InvalidArgumentError(`a remote must be a string, or a list of them, not ${shown(remotes)}`);
  }
  const list = (typeof remotes === 'string' ? [remotes] : remotes).flatMap((text) =>
    text.split(/,(?=p?(?:unix|tcp|ssl):)/),
  );
  if (list.length === 0) throw new InvalidArgumentError('at least one remote is needed');
  return list.map(parseRemote);
}

/**
 * Milliseconds of silence after which the other side is asked for a sign of life, by default; 0: never. As Open vSwitch has it: the
 * kernel tells of the end of a process at the other end of a Unix socket, and one that is busy with a large dump is not dead.
 */
export function defaultProbeInterval({ kind }: Remote): number {
  return kind === 'unix' || kind === 'punix' ? 0 : 5000;
}

/** Whether the other side connects to us. */
export function isPassive(remote: Remote): boolean {
  return remote.kind.startsWith('p');
}

function parsePath(text: string, path: string): string {
  if (path === '') throw misspelt(text);
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH) {
    throw new InvalidArgumentError(`remote "${text}": a socket's path has ${MAX_SOCKET_PATH} bytes at most`);
  }
  return path;
}

function parsePort(text: string, digits: string | undefined, least: number): number {
  const port = digits ? Number(digits) : DEFAULT_PORT;
  if (port < least || port > 65535) throw new InvalidArgumentError(`remote "${text}": a port is ${least} to 65535`);
  return port;
}

function misspelt(text: string): InvalidArgumentError {
  return new InvalidArgumentError(`remote "${text}" is not understood; write it as ${FORMS}`);
}
