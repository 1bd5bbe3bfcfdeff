import { isObject, type Json } from '../json/index.js';

/**
 * Whether a server is one to stay with, by its row of `_Server`'s Database table.
 *
 * @returns undefined when it is, else why not.
 */
export function isSuitable(
  reply: Json,
  server: string,
  database: string,
  cluster: string | undefined,
  leaderOnly: boolean,
): string | undefined {
  const [first] = Array.isArray(reply) ? reply : [];
  if (!isObject(first)) return `${server}: unexpected reply to _Server request for ${database}`;
  const { rows } = first;
  if (!Array.isArray(rows)) return `${server}: missing "rows" member in  _Server reply for ${database}`;
  const [row] = rows;
  if (!isObject(row)) return `${server}: bad row in  _Server reply for ${database}`;
  if (row.model !== 'clustered') return undefined;
  if (cluster !== undefined && !(Array.isArray(row.cid) && String(row.cid[1]).startsWith(cluster))) {
    return `${server}: clustered database server has wrong cluster ID; trying another server`;
  }
  if (Array.isArray(row.index)) {
    return `${server}: clustered database server has not yet joined cluster; trying another server`;
  }
  if (row.connected !== true) {
    return `${server}: clustered database server is disconnected from cluster; trying another server`;
  }
  if (leaderOnly && row.leader !== true) {
    return `${server}: clustered database server is not cluster leader; trying another server`;
  }
  return undefined;
}
