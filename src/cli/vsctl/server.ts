import { setTimeout as delay } from 'node:timers/promises';
import { Session } from '../../jsonrpc/session.js';
import { encodeOperation, type Operation, type SelectedRow } from '../../ovsdb/operations.js';
import type { DatabaseSchema } from '../../ovsdb/schema.js';
import { decodeValue, type Wire, type WireRow } from '../../ovsdb/values.js';
import type { Read } from '../../vswitch/draft/index.js';
import { parseRemotes, shuffled } from '../client/remotes.js';
import { isSuitable } from '../client/suitable.js';
import { connect, connectErrno } from '../client/transport.js';
import { Fatal } from '../fatal.js';
import type { Json } from '../json/index.js';
import type { Vlog } from '../log/vlog.js';
import { strerror } from '../strerror.js';
import type { VsctlOptions } from './options.js';
import { withoutConstraints } from './schema.js';

type RequestOptions = NonNullable<Parameters<Session['request']>[2]>;

const NAME = 'Open_vSwitch';
const FOREVER = { timeout: Number.POSITIVE_INFINITY };
/** Milliseconds between rounds over the remotes with --retry. */
const PAUSE = 1000;

/** What one operation returned: its result, or the error that it ended in. */
export type Result = Readonly<Record<string, Wire>> | null;

/** The database server, as one ovs-vsctl sees it. */
export class Server {
  readonly schema: DatabaseSchema;
  readonly #session: Session;
  /** The server knows best what its columns may hold, and says it in the stock tool's words. */
  readonly #encoding: DatabaseSchema;
  #suitable: Promise<void> | undefined;

  private constructor(session: Session, schema: DatabaseSchema, suitable: Promise<void> | undefined) {
    this.#session = session;
    this.schema = schema;
    this.#encoding = withoutConstraints(schema);
    this.#suitable = suitable;
    suitable?.catch(() => {});
  }

  /** Connects to the first server that will do. @throws {Fatal} */
  static async open(options: VsctlOptions, log: Vlog, schema: DatabaseSchema): Promise<Server> {
    const { names, cluster } = parseRemotes(options.db);
    const remotes = names.length === 0 ? [options.db] : options.shuffle ? shuffled(names) : names;
    for (;;) {
      let errno = 'EPROTO';
      for (const remote of remotes) {
        try {
          const stream = await connect(remote, { options: { ssl: options.ssl }, log } as Parameters<typeof connect>[1]);
          const session = new Session(stream, { name: remote });
          const check = checkServer(session, remote, cluster, options.leaderOnly);
          // A server alone is asked together with the first read; of several the right one must be found.
          if (remotes.length > 1 || options.retry) await check;
          return new Server(session, schema, check);
        } catch (error) {
          if (error instanceof Unsuitable) log.log('ovsdb_cs', 'WARN', error.message);
          errno = connectErrno(error);
        }
      }
      if (!options.retry) throw new Fatal(`${options.db}: database connection failed (${strerror(errno)})`);
      await delay(PAUSE);
    }
  }

  /** Runs operations as one transaction; one result an operation, up to the first that failed. */
  async transact(operations: readonly Operation[], options: RequestOptions = FOREVER): Promise<Result[]> {
    const wire = operations.map((operation) => encodeOperation(this.#encoding, operation));
    const reply = (await this.#session.request('transact', [NAME, ...wire], options)) as Result[];
    if (this.#suitable) {
      await this.#suitable;
      this.#suitable = undefined;
    }
    return reply;
  }

  /** Makes reads in one transaction: what they return belongs together. */
  async read(reads: readonly Read[]): Promise<SelectedRow[][]> {
    const results = await this.transact(
      reads.map(({ table, where, columns }) => ({
        op: 'select',
        table,
        where,
        columns: [...new Set(['_uuid', ...columns])],
      })),
    );
    return reads.map(({ table }, index) => {
      const rows = results[index]?.rows as WireRow[] | undefined;
      if (!rows) throw new Fatal(`transaction error: ${JSON.stringify(results[index] ?? results.at(-1))}`);
      const { columns } = this.schema.tables.get(table)!;
      return rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [name, decodeValue(value, columns.get(name)!.type)]),
        ),
      );
    });
  }

  /** Waits until one of some checks no longer holds. */
  async waitForChange(checks: readonly Operation[]): Promise<void> {
    const done = new AbortController();
    const ask = (check: Operation) =>
      this.transact([check], {
        ...FOREVER,
        signal: done.signal,
        onAbandoned: (id) => this.#session.notify('cancel', [id]),
      });
    const asked = checks.map(ask);
    try {
      await Promise.race(asked);
    } finally {
      done.abort();
      await Promise.allSettled(asked);
    }
  }

  async close(): Promise<void> {
    await this.#session.close();
  }
}

class Unsuitable extends Error {}

async function checkServer(
  session: Session,
  remote: string,
  cluster: string | undefined,
  leaderOnly: boolean,
): Promise<void> {
  const columns = ['name', 'model', 'connected', 'leader', 'cid', 'index'];
  const select = { op: 'select', table: 'Database', where: [['name', '==', NAME]], columns };
  let reply: Json;
  try {
    reply = (await session.request('transact', ['_Server', select], FOREVER)) as Json;
  } catch {
    // Servers before 2.9 have no such database, and no clusters.
    return;
  }
  const complaint = isSuitable(reply, remote, NAME, cluster, leaderOnly);
  if (complaint !== undefined) throw new Unsuitable(complaint);
}
