import { type Atom, isUuid } from '../../ovsdb/values.js';
import { type DraftRow, RefusedError, type SwitchTransaction } from '../../vswitch/index.js';

export type Row = DraftRow;

/** @throws {RefusedError} in ovs-vsctl's words */
export function findRow(tx: SwitchTransaction, table: string, record: string, ifExists = false): Row | undefined {
  const row = isUuid(record) ? tx.record(table, record) : byName(tx, table, record);
  if (!row && !ifExists) throw new RefusedError(`no row "${record}" in table ${table}`);
  return row;
}

function byName(tx: SwitchTransaction, table: string, name: string): Row | undefined {
  if (table === 'Port') return findPort(tx, name);
  return table === 'Interface' ? findInterface(tx, name)?.row : tx.record(table, name);
}

/** A port that is on a bridge: those of a bridge that the transaction deletes are in the database until it is committed. */
export function findPort(tx: SwitchTransaction, name: string): Row | undefined {
  return tx.list('Port', 'name', name).find((row) => isOnBridge(tx, row));
}

/** An interface of a port that is on a bridge, and that port. */
export function findInterface(tx: SwitchTransaction, name: string): { row: Row; port: Row } | undefined {
  for (const row of tx.list('Interface', 'name', name)) {
    const port = tx.referrers('Port', 'interfaces', row).find((each) => isOnBridge(tx, each));
    if (port) return { row, port };
  }
  return undefined;
}

function isOnBridge(tx: SwitchTransaction, port: Row): boolean {
  return tx.referrers('Bridge', 'ports', port).length > 0;
}

/** A scalar column's text. */
export function textOf(tx: SwitchTransaction, row: Row, column: string): string {
  return tx.get(row, column) as Atom as string;
}
