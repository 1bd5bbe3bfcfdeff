import { setTimeout as delay } from 'node:timers/promises';
import { Session } from '../../jsonrpc/session.js';
import { parseRemotes, shuffled } from '../client/remotes.js';
import { isSuitable } from '../client/suitable.js';
import { connect, connectErrno } from '../client/transport.js';
import { Fatal } from '../fatal.js';
import { type Json, serialize } from '../json/index.js';
import type { Level, Vlog } from '../log/vlog.js';
import { isUuid } from '../schema/index.js';
import { strerror } from '../strerror.js';
import type { VsctlOptions } from './options.js';

export type RequestOptions = NonNullable<Parameters<Session['request']>[2]>;

export const NAME = 'Open_vSwitch';
export const FOREVER = { timeout: Number.POSITIVE_INFINITY };
/** Milliseconds between rounds over the remotes with --retry. */
const PAUSE = 1000;

/** A connection to a server, and whether it is the right one. */
export interface Connection {
  readonly session: Session;
  /** Settles when the server is known to be one to stay with. */
  readonly suitable: Promise<void>;
}

/** Connects to the first server that will do. @throws {Fatal} */
export async function openConnection(options: VsctlOptions, log: Vlog): Promise<Connection> {
  const { names, cluster: named = '' } = parseRemotes(options.db);
  // Zeros stand for any cluster, and so does what is no uuid.
  const cluster = isUuid(named) && /[^0-]/.test(named) ? named : undefined;
  const remotes = names.length === 0 ? [options.db] : options.shuffle ? shuffled(names) : names;
  for (;;) {
    let errno = 'EPROTO';
    for (const remote of remotes) {
      let session: Session | undefined;
      const tell = (level: Level, text: string) => log.log('reconnect', level, `${remote}: ${text}`);
      try {
        tell('DBG', 'entering BACKOFF');
        tell('INFO', 'connecting...');
        tell('DBG', 'entering CONNECTING');
        const stream = await connect(remote, { options: { ssl: options.ssl }, log } as Parameters<typeof connect>[1]);
        tell('INFO', 'connected');
        tell('DBG', 'entering ACTIVE');
        session = new Session(stream, { name: remote });
        const check = checkServer(session, log, remote, cluster, options.leaderOnly);
        // A server alone is asked together with the first read; of several the right one must be found.
        if (remotes.length > 1 || options.retry) await check;
        const suitable = check.catch((error) => {
          throw error instanceof Unsuitable ? connectionFailed(options, error.tell(log)) : error;
        });
        suitable.catch(() => {});
        return { session, suitable };
      } catch (error) {
        await session?.close();
        errno = error instanceof Unsuitable ? error.tell(log) : connectErrno(error);
        if (!session) tell('INFO', `connection attempt failed (${strerror(errno)})`);
      }
    }
    if (!options.retry) throw connectionFailed(options, errno);
    await delay(PAUSE);
  }
}

/** @param errno its name, empty where the connection was left for another reason. */
export function connectionFailed({ db }: VsctlOptions, errno: string): Fatal {
  return new Fatal(`${db}: database connection failed (${errno === '' ? '' : strerror(errno)})`);
}

/** A member of a cluster that won't do. */
class Unsuitable extends Error {
  /** @returns the name of no errno. */
  tell(log: Vlog): '' {
    log.log('ovsdb_cs', 'INFO', this.message);
    return '';
  }
}

/** Sends a request, with a word in the log for it and for its reply. */
export async function request(
  session: Session,
  log: Vlog,
  method: string,
  params: readonly unknown[],
  options: RequestOptions = FOREVER,
): Promise<unknown> {
  const tell = (what: string, json: unknown) => {
    if (log.enabled('jsonrpc', 'DBG')) log.log('jsonrpc', 'DBG', `${session.name}: ${what}${serialize(json as Json)}`);
  };
  tell(`send request, method="${method}", params=`, params);
  const result = await session.request(method, params as unknown[], options);
  tell('received reply, result=', result);
  return result;
}

async function checkServer(
  session: Session,
  log: Vlog,
  remote: string,
  cluster: string | undefined,
  leaderOnly: boolean,
): Promise<void> {
  const columns = ['name', 'model', 'connected', 'leader', 'cid', 'index'];
  const select = { op: 'select', table: 'Database', where: [['name', '==', NAME]], columns };
  let reply: Json;
  try {
    reply = (await request(session, log, 'transact', ['_Server', select])) as Json;
  } catch {
    // Servers before 2.9 have no such database, and no clusters.
    return;
  }
  const complaint = isSuitable(reply, remote, NAME, cluster, leaderOnly);
  if (complaint !== undefined) throw new Unsuitable(complaint);
}
