import { ProtocolError } from './errors.js';
import type { Row, RowFactory } from './row.js';
import { isUuid, type WireRow } from './values.js';

/** `<row-update2>` (ovsdb-server(7), section 4.1.12), and `<row-update>` of the older `monitor` (RFC 7047, 4.1.6). */
export interface RowUpdate {
  /** The row's, where {@link numberRows} has put it. */
  _uuid?: string;
  initial?: WireRow;
  insert?: WireRow;
  modify?: WireRow;
  delete?: null;
  old?: WireRow;
  new?: WireRow;
}

export type TableUpdates = Record<string, Record<string, RowUpdate>>;

const UPDATE = '{"id":null,"method":"update3"';
/** What follows a row's uuid; within a string its quotes would have a backslash. */
const AFTER_UUID = '":{"';
const UUID_LENGTH = 36;
const QUOTE = 0x22;

/**
 * Writes the rows of an update as `"0":{"_uuid":"UUID",...}`, not as `"UUID":{...}`: for an object whose members have names
 * that were never seen before, `JSON.parse` makes a hidden class a member, which live until a full collection.
 */
export function numberRows(text: string): string {
  if (!text.startsWith(UPDATE)) return text;
  let numbered = '';
  let copied = 0;
  let rows = 0;
  for (let end = text.indexOf(AFTER_UUID); end >= 0; end = text.indexOf(AFTER_UUID, end + 1)) {
    const start = end - UUID_LENGTH;
    if (text.charCodeAt(start - 1) !== QUOTE) continue;
    const uuid = text.slice(start, end);
    if (!isUuid(uuid)) continue;
    numbered += `${text.slice(copied, start)}${rows++}":{"_uuid":"${uuid}",`;
    copied = end + AFTER_UUID.length - 1;
  }
  return numbered + text.slice(copied);
}

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
