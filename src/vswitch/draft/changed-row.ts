import type { Value } from '../../ovsdb/values.js';
import type { Delta } from './column.js';

/** What a draft does to one row. */
export class ChangedRow {
  /** Columns by name: the value written, or what is inserted and removed. */
  readonly columns = new Map<string, { write: Value } | Delta>();
  deleted = false;
  /** The server deletes the row by itself, for nothing refers to it any more. */
  dropped = false;

  constructor(
    readonly table: string,
    readonly uuid: string,
    readonly inserted: boolean,
    /** The uuid was chosen by the caller, and is what the row gets. */
    readonly chosen: boolean,
    /** When it was changed first, by the draft's journal. */
    readonly at: number,
  ) {}
}
