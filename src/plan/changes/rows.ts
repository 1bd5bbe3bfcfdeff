import type { Atom } from '../../ovsdb/values.js';
import { type DraftRow, RefusedError, type SwitchTransaction } from '../../vswitch/index.js';

export type Row = DraftRow;

/** @throws {RefusedError} in ovs-vsctl's words */
export function findRow(tx: SwitchTransaction, table: string, record: string, ifExists = false): Row | undefined {
  const row = tx.record(table, record);
  if (!row && !ifExists) throw new RefusedError(`no row "${record}" in table ${table}`);
  return row;
}

/** A scalar column's text. */
export function textOf(tx: SwitchTransaction, row: Row, column: string): string {
  return tx.get(row, column) as Atom as string;
}
