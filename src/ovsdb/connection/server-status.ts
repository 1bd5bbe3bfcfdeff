import type { Wire, WireRow } from '../values.js';

/** A database as its server sees it: a row of `Database` in `_Server` (ovsdb-server(5)). */
export interface DatabaseStatus {
  readonly name: string;
  readonly model: 'standalone' | 'clustered' | 'relay';
  /** Whether a clustered or relayed database is in touch with the rest of it. */
  readonly connected: boolean;
  readonly leader: boolean;
  /** The cluster's id. */
  readonly cid: string | undefined;
  /** The last entry of the cluster's log that the server has applied. */
  readonly index: number | bigint | undefined;
}

/** The columns of `_Server.Database` that tell whether to stay with a server. */
export const STATUS_COLUMNS = ['name', 'model', 'connected', 'leader', 'cid', 'index'] as const;

const optional = (wire: Wire): Wire => (Array.isArray(wire) && wire[0] === 'set' ? (wire[1] as Wire[])[0] : wire);

/** Reads a status from a row on the wire, where the columns with their default are left out. */
export function readStatus(row: WireRow): DatabaseStatus {
  const cid = optional(row.cid);
  return {
    name: String(row.name ?? ''),
    model: (row.model as DatabaseStatus['model'] | undefined) ?? 'standalone',
    connected: row.connected === true,
    leader: row.leader === true,
    cid: Array.isArray(cid) ? String(cid[1]) : undefined,
    index: optional(row.index) as number | bigint | undefined,
  };
}

/** Why a server is not one to stay with; `undefined` when it is. */
export type Refusal = string | undefined;

/**
 * Judges servers. It remembers how far each cluster had come, so that a member that lags behind what this client has seen
 * is refused: reading from it would be going back in time.
 */
export class ServerJudge {
  readonly #newest = new Map<string, number | bigint>();

  constructor(readonly leaderOnly: boolean) {}

  /** Whether to stay with a server, going by its status of one database. */
  judge(status: DatabaseStatus): Refusal {
    if (status.model === 'standalone') return undefined;
    if (!status.connected) {
      return status.model === 'relay' ? 'it is a relay without its source' : 'it is cut off from its cluster';
    }
    if (status.model === 'relay') return undefined;
    if (this.leaderOnly && !status.leader) return 'it is not the leader of its cluster';
    return this.#stale(status);
  }

  #stale({ cid, index }: DatabaseStatus): Refusal {
    if (cid === undefined || index === undefined) return undefined;
    const newest = this.#newest.get(cid);
    if (newest !== undefined && index < newest)
      return `it is stale: at entry ${index} of its log, where ${newest} was seen`;
    this.#newest.set(cid, index);
    return undefined;
  }
}
