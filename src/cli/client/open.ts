import { Fatal } from '../fatal.js';
import type { Json } from '../json/index.js';
import { strerror } from '../strerror.js';
import type { Context } from './context.js';
import { defaultRemotes, isRemote, parseRemotes, type Remotes, shuffled } from './remotes.js';
import { Rpc } from './rpc.js';
import { isSuitable } from './suitable.js';
import { connect, connectErrno, openStream } from './transport.js';

/** What a command needs before it runs. */
export type Need = 'none' | 'rpc' | 'database';

export interface Opened {
  readonly rpc: Rpc;
  readonly database: string;
  readonly args: readonly string[];
}

/**
 * Finds the server and the database among a command's words, each with its default, and connects (`open_rpc`).
 *
 * @param minArgs how many words the command needs besides.
 * @throws {Fatal}
 */
export async function openRpc(
  context: Context,
  need: Need,
  minArgs: number,
  words: readonly string[],
): Promise<Opened> {
  const rest = [...words];
  let remotes = defaultRemotes();
  if (rest.length > minArgs && isRemote(rest[0]!)) {
    const named = parseRemotes(rest.shift()!);
    if (named.names.length > 0) remotes = named;
  }
  if (remotes.names.length > 1) return openCluster(context, need, minArgs, remotes, rest);
  const server = remotes.names[0]!;
  const rpc = new Rpc(await openStream(server, context), server, context.log);
  const database = need === 'database' ? await chooseDatabase(rpc, minArgs, rest) : '';
  return { rpc, database, args: rest };
}

/** The database that the next word names, else Open_vSwitch, else the only one. */
async function chooseDatabase(rpc: Rpc, minArgs: number, rest: string[]): Promise<string> {
  const databases = await fetchDatabases(rpc);
  if (rest.length > minArgs && databases.includes(rest[0]!)) return rest.shift()!;
  if (databases.includes('Open_vSwitch')) return 'Open_vSwitch';
  const [only, ...others] = databases.filter((name) => !name.startsWith('_'));
  if (only !== undefined && others.length === 0) return only;
  throw new Fatal('could not find a default database, please specify a database name');
}

/** The names of the server's databases. @throws {Fatal} */
export async function fetchDatabases(rpc: Rpc): Promise<string[]> {
  const reply = await rpc.transact('list_dbs', []);
  if (!Array.isArray(reply)) throw new Fatal('list_dbs response is not array');
  return reply.map((name, i) => {
    if (typeof name !== 'string') throw new Fatal(`list_dbs response ${i} is not string`);
    return name;
  });
}

/** Tries several servers in random order, and takes the first that is up and serves the database as asked for. */
async function openCluster(
  context: Context,
  need: Need,
  minArgs: number,
  remotes: Remotes,
  rest: string[],
): Promise<Opened> {
  let database = '';
  if (need === 'database') {
    // A default across several servers would be too surprising.
    if (rest.length <= minArgs) throw new Fatal('database name is required with multiple remotes');
    database = rest.shift()!;
  }
  for (const server of shuffled(remotes.names)) {
    const rpc = await tryServer(context, server);
    if (!rpc) continue;
    if (need !== 'database' || (await serves(context, rpc, database, remotes.cluster))) {
      return { rpc, database, args: rest };
    }
    await rpc.close();
  }
  throw new Fatal('no servers were available');
}

async function tryServer(context: Context, server: string): Promise<Rpc | undefined> {
  const log = (text: string) => context.log.log('reconnect', 'INFO', `${server}: ${text}`);
  log('connecting...');
  try {
    const stream = await connect(server, context);
    log('connected');
    return new Rpc(stream, server, context.log);
  } catch (error) {
    log(`connection attempt failed (${strerror(connectErrno(error))})`);
    return undefined;
  }
}

async function serves(context: Context, rpc: Rpc, database: string, cluster: string | undefined): Promise<boolean> {
  const select: Json = {
    op: 'select',
    table: 'Database',
    where: [['name', '==', database]],
    columns: ['name', 'model', 'connected', 'leader', 'cid', 'index'],
  };
  try {
    const reply = await rpc.request('transact', ['_Server', select]);
    const complaint = isSuitable(reply, rpc.name, database, cluster, context.options.leaderOnly);
    if (complaint === undefined) return true;
    context.log.log('ovsdb_client', 'WARN', complaint);
  } catch {
    // It is as good as down.
  }
  return false;
}
