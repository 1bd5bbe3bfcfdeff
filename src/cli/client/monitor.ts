import { Fatal } from '../fatal.js';
import type { Json } from '../json/index.js';
import { isUuid } from '../schema/index.js';
import { checkCondition } from './condition.js';
import type { Call, Context } from './context.js';
import { Daemon } from './daemon.js';
import { monitorTable } from './monitored.js';
import { ErrorReply, type Rpc } from './rpc.js';
import { fetchSchema } from './schema-commands.js';
import { parseArgument } from './transact.js';
import { UpdatePrinter } from './updates.js';

/** Whatever transaction a client that has seen none names. */
const NO_TRANSACTION = '00000000-0000-0000-0000-000000000000';

type Method = 'monitor' | 'monitor_cond' | 'monitor_cond_since';

interface Request {
  method: Method;
  table: string;
  groups: readonly string[];
  condition?: Json;
  lastId?: string;
}

/** `monitor TABLE [COLUMN,...]...` and `monitor ALL`. */
export function monitor(context: Context, call: Call): Promise<void> {
  const [table, ...groups] = call.args;
  return runMonitor(context, call, { method: 'monitor', table: table!, groups });
}

/** `monitor-cond CONDITION TABLE [COLUMN,...]`. */
export function monitorCond(context: Context, call: Call): Promise<void> {
  return conditional(context, call, 'monitor_cond', call.args, undefined);
}

/** `monitor-cond-since [LASTID] CONDITION TABLE [COLUMN,...]`. */
export function monitorCondSince(context: Context, call: Call): Promise<void> {
  const [first, ...rest] = call.args;
  const hasId = isUuid(first!);
  const args = hasId ? rest : call.args;
  return conditional(context, call, 'monitor_cond_since', args, hasId ? first! : NO_TRANSACTION);
}

async function conditional(
  context: Context,
  call: Call,
  method: Method,
  args: readonly string[],
  lastId: string | undefined,
): Promise<void> {
  const [text, name, ...groups] = args;
  const { tables } = await fetchSchema(call.rpc, call.database);
  const table = tables.get(name!);
  if (!table) throw new Fatal(`${call.database} does not have a table named "${name}"`);
  const condition = parseArgument(text!);
  checkCondition(table, condition);
  await runMonitor(context, call, { method, table: name!, groups, condition, ...(lastId ? { lastId } : {}) });
}

async function runMonitor(context: Context, { rpc, database }: Call, request: Request): Promise<void> {
  const { method, table: name, groups, condition } = request;
  await using daemon = new Daemon(context);
  await daemon.start();
  const exit = daemon.exitRequested();
  let blocked: (() => void) | undefined;
  let unblocked = Promise.resolve();
  daemon.addCommand('ovsdb-client/block', '', 0, () => {
    if (blocked) return 'already blocking';
    unblocked = new Promise((resolve) => {
      blocked = resolve;
    });
    return '';
  });
  daemon.addCommand('ovsdb-client/unblock', '', 0, () => {
    if (!blocked) return 'already unblocked';
    blocked();
    blocked = undefined;
    return '';
  });
  daemon.addCommand('ovsdb-client/cond_change', 'TABLE COND', 2, ([table = '', where = '']) => {
    const change = { [table]: [{ where: parseArgument(where) }] };
    // The reply says nothing that is printed.
    void rpc.request('monitor_cond_change', [null, null, change]).catch(() => {});
    return 'condition changed';
  });

  const schema = await fetchSchema(rpc, database);
  const tables = name === 'ALL' ? schema.tables.sorted().map(([, table]) => table) : [schema.tables.get(name)];
  const monitored = tables.map((table) => {
    if (!table) throw new Fatal(`${rpc.name}: ${database} does not have a table named "${name}"`);
    return monitorTable(rpc.name, database, table, groups, condition);
  });
  await sendDbChangeAware(context, rpc);

  const printer = new UpdatePrinter(context, monitored);
  const requests = Object.fromEntries(monitored.map(({ table, requests }) => [table.name, requests]));
  const params: Json[] = [database, null, requests, ...(request.lastId ? [request.lastId] : [])];
  const reply = rpc.request(method, params);
  // Updates that come right behind the reply wait until it is printed; while blocked, everything does.
  let order: Promise<unknown> = reply.then(
    (result) => {
      printReply(context, printer, method, result);
      daemon.complete();
    },
    (error) => {
      // The stock tool waits on after an error.
      if (!(error instanceof ErrorReply)) throw error;
    },
  );
  const failed = new Promise<never>((_, reject) => {
    const next = (print: () => void) => {
      order = order
        .then(() => unblocked)
        .then(print)
        .catch(reject);
    };
    order.catch(() => {});
    rpc.takeNotifications((notified, args) => {
      if (notified === 'monitor_canceled') {
        next(() => {
          throw new Fatal(`${rpc.name}: ${database} database was removed`);
        });
      } else if (args[0] === null) {
        next(() => printNotification(context, printer, notified, args));
      }
    });
    void rpc.ended().then((errno) =>
      order
        .then(
          () => unblocked,
          () => {},
        )
        .then(() => reject(new Fatal(`${rpc.name}: receive failed`, errno))),
    );
  });
  await Promise.race([exit, failed]);
}

function printReply(context: Context, printer: UpdatePrinter, method: Method, result: Json): void {
  if (method === 'monitor') printer.print(result, true);
  else if (method === 'monitor_cond') printer.print2(result);
  else if (!Array.isArray(result)) throw new Fatal('<result> is not array');
  else if (result.length !== 3) throw new Fatal(`<result> should have 3 elements, but has ${result.length}.`);
  else {
    context.print(`found: ${result[0] === true}, last_id: ${String(result[1])}\n`);
    printer.print2(result[2]!);
  }
}

function printNotification(context: Context, printer: UpdatePrinter, method: string, params: Json[]): void {
  if (method === 'update' && params.length === 2) printer.print(params[1]!, false);
  else if (method === 'update2' && params.length === 2) printer.print2(params[1]!);
  else if (method === 'update3' && params.length === 3) {
    context.print(`\nlast_id: ${String(params[1])}`);
    printer.print2(params[2]!);
  }
}

/** Tells the server that the end of a database is understood (ovsdb-server(7), section 4.1.16). */
export async function sendDbChangeAware(context: Context, rpc: Rpc): Promise<void> {
  if (!context.options.dbChangeAware) return;
  try {
    await rpc.request('set_db_change_aware', [true]);
  } catch (error) {
    if (error instanceof ErrorReply)
      throw new Fatal(`${rpc.name}: set_db_change_aware failed (${String(error.error)})`);
    throw new Fatal(`${rpc.name}: error setting db_change_aware`, 'EOF');
  }
}
