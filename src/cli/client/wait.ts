import { setTimeout as delay } from 'node:timers/promises';
import { Fatal } from '../fatal.js';
import { isObject, type Json, serialize } from '../json/index.js';
import { strerror } from '../strerror.js';
import type { Call, Context } from './context.js';
import { defaultRemotes } from './remotes.js';
import { ErrorReply, Rpc } from './rpc.js';
import { connect, connectErrno } from './transport.js';

/** Milliseconds before the second attempt, and the most that they grow to (lib/reconnect.h). */
const MIN_BACKOFF = 1000;
const MAX_BACKOFF = 8000;

/** `wait [SERVER] DATABASE added|connected|removed`: connects again for as long as it takes. */
export async function wait(context: Context, { args }: Call): Promise<void> {
  const state = args.at(-1)!;
  const database = args.at(-2)!;
  const condition = waitOperation(database, state);
  const server = args.length > 2 ? args[0]! : defaultRemotes().names[0]!;
  const log = (text: string) => context.log.log('reconnect', 'INFO', `${server}: ${text}`);
  for (let backoff = 0; ; ) {
    const quiet = backoff >= MAX_BACKOFF;
    if (!quiet) log('connecting...');
    try {
      const stream = await connect(server, context);
      log('connected');
      const rpc = new Rpc(stream, server, context.log);
      backoff = 0;
      if (await waitOn(rpc, condition)) {
        await rpc.close();
        return;
      }
      log('connection closed by peer');
    } catch (error) {
      if (error instanceof Fatal) throw error;
      if (!quiet) log(`connection attempt failed (${strerror(connectErrno(error))})`);
    }
    if (backoff === 0) backoff = MIN_BACKOFF;
    else if (backoff < MAX_BACKOFF / 2) {
      backoff *= 2;
      log(`waiting ${backoff / 1000} seconds before reconnect`);
    } else {
      if (!quiet) log('continuing to reconnect in the background but suppressing further logging');
      backoff = MAX_BACKOFF;
    }
    await delay(backoff);
  }
}

/** The `wait` on `_Server` that is over when the database has that state. */
function waitOperation(database: string, state: string): Json {
  const clauses: Json[] = [['name', '==', database]];
  if (state === 'connected') clauses.push(['connected', '==', true]);
  else if (state !== 'added' && state !== 'removed') throw new Fatal(`${state}: unknown state`);
  return {
    op: 'wait',
    table: 'Database',
    where: clauses,
    columns: ['name'],
    until: state === 'removed' ? '==' : '!=',
    rows: [],
  };
}

/** @returns false when the connection ended before. @throws {Fatal} */
async function waitOn(rpc: Rpc, operation: Json): Promise<boolean> {
  try {
    await rpc.request('set_db_change_aware', [true]);
    const reply = await rpc.request('transact', ['_Server', operation]);
    const [result] = Array.isArray(reply) ? reply : [];
    if (isObject(result) && result.error !== undefined) {
      throw new Fatal(`server returned error reply: ${serialize(result, { sort: true })}`);
    }
    return true;
  } catch (error) {
    if (error instanceof ErrorReply)
      throw new Fatal(`transaction returned error: ${serialize(error.error, { sort: true })}`);
    if (error instanceof Fatal) throw error;
    return false;
  }
}
