import { ProtocolError } from './errors.js';
import type { Row, RowFactory } from './row.js';
import type { WireRow } from './values.js';

/** `<row-update2>` (ovsdb-server(7), section 4.1.12), and `<row-update>` of the older `monitor` (RFC 7047, 4.1.6). */
export interface RowUpdate {
  initial?: WireRow;
  insert?: WireRow;
  modify?: WireRow;
  delete?: null;
  old?: WireRow;
  new?: WireRow;
}

export type TableUpdates = Record<string, Record<string, RowUpdate>>;

/** What an update makes of a row; `undefined` when it deletes it. @throws {ProtocolError} naming the row. */
export function nextRow(
  factory: RowFactory,
  old: Row | undefined,
  uuid: string,
  update: RowUpdate,
  table: string,
): Row | undefined {
  if (update.modify) {
    if (!old) throw new ProtocolError(`update modifies row ${uuid} of table ${table}, which was never inserted`);
    return factory.modify(old, update.modify);
  }
  // A `modify` of the older monitor holds the whole new row, so that it needs no case of its own.
  const fresh = update.insert ?? update.initial ?? update.new;
  if (fresh) return factory.create(uuid, fresh);
  if ('delete' in update || update.old) return undefined;
  throw new ProtocolError(`update of row ${uuid} of table ${table} is none of insert, modify, delete`);
}
