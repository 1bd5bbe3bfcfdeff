import { RemoteError, type Session } from '../../jsonrpc/index.js';
import { ProtocolError } from '../errors.js';
import type { WireRow } from '../values.js';
import { type DatabaseStatus, readStatus, STATUS_COLUMNS } from './server-status.js';

const ID = 'ovskit-server';

type Updates = { Database?: Record<string, { initial?: WireRow; insert?: WireRow; modify?: WireRow; delete?: null }> };

/** What one session's server says of its databases, kept up to date by a monitor of `_Server` (ovsdb-server(5)). */
export class StatusMonitor {
  readonly #rows = new Map<string, WireRow>();
  readonly #onChange: () => void;
  #known = false;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Whether the server has a `_Server` database at all; one that hasn't is old, and standalone. */
  get known(): boolean {
    return this.#known;
  }

  status(database: string): DatabaseStatus | undefined {
    const row = this.#row(database);
    return row && readStatus(row);
  }

  /** The text of a database's schema: a token that changes when the schema does. */
  schemaText(database: string): unknown {
    return this.#row(database)?.schema;
  }

  #row(database: string): WireRow | undefined {
    for (const row of this.#rows.values()) if (row.name === database) return row;
    return undefined;
  }

  async start(session: Session): Promise<void> {
    // Asks to be told of databases that come and go, rather than being cut off (ovsdb-server(7), section 4.1.18). The
    // deadline is the connection's own.
    const options = { timeout: Number.POSITIVE_INFINITY };
    const aware = session.request('set_db_change_aware', [true], options).catch(ignoreRemoteError);
    const requests = { Database: [{ columns: [...STATUS_COLUMNS, 'schema'] }] };
    const dump = session.request('monitor_cond', ['_Server', ID, requests], options).catch(ignoreRemoteError);
    const [, updates] = await Promise.all([aware, dump]);
    if (updates === undefined) return;
    if (typeof updates !== 'object' || updates === null) {
      throw new ProtocolError(`${session.name}: the reply to monitor_cond is no table updates`);
    }
    this.#known = true;
    this.#apply(updates as Updates);
  }

  /** Takes a notification in. @returns whether it was one of this monitor's. */
  onNotification(method: string, params: readonly unknown[]): boolean {
    if (method !== 'update2' || params[0] !== ID) return false;
    this.#apply(params[1] as Updates);
    this.#onChange();
    return true;
  }

  #apply({ Database = {} }: Updates): void {
    for (const [uuid, { initial, insert, modify, ...rest }] of Object.entries(Database)) {
      if ('delete' in rest) this.#rows.delete(uuid);
      else this.#rows.set(uuid, { ...this.#rows.get(uuid), ...(initial ?? insert ?? modify) });
    }
  }
}

function ignoreRemoteError(error: unknown): undefined {
  if (!(error instanceof RemoteError)) throw error;
}
