import type { Atom } from '../../ovsdb/values.js';
import { type DraftRow, RefusedError, type SwitchTransaction } from '../../vswitch/index.js';

export type Row = DraftRow;

/** @throws {RefusedError} in ovs-vsctl's words */
export function findRow(tx: SwitchTransaction, table: string, record: string, ifExists = false): Row | undefined {
  const row = tx.record(table, record);
  if (!row && !ifExists) throw new RefusedError(`no row "${record}" in table ${table}`);
  return row;
}

/** A port that is on a bridge: those of a bridge that the transaction deletes are in the database until it is committed. */
export function findPort(tx: SwitchTransaction, name: string): Row | undefined {
  const row = tx.record('Port', name);
  return row && tx.referrers('Bridge', 'ports', row).length > 0 ? row : undefined;
}

/** The port, on a bridge, that has an interface of a name. */
export function portOfInterface(tx: SwitchTransaction, name: string): Row | undefined {
  const row = tx.record('Interface', name);
  const ports = row ? tx.referrers('Port', 'interfaces', row) : [];
  return ports.find((port) => tx.referrers('Bridge', 'ports', port).length > 0);
}

/** A scalar column's text. */
export function textOf(tx: SwitchTransaction, row: Row, column: string): string {
  return tx.get(row, column) as Atom as string;
}
