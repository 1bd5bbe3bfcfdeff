import type { Change } from './column.js';

/** The name that a row is inserted under (RFC 7047, section 5.1, `<id>`). */
export function uuidName(uuid: string): string {
  return `row${uuid.replaceAll('-', '_')}`;
}

/** What a draft does to one row. */
export class ChangedRow {
  readonly columns = new Map<string, Change>();
  deleted = false;
  /** The server deletes the row by itself, for nothing refers to it any more. */
  dropped = false;
  #wireName: string | undefined;

  constructor(
    readonly table: string,
    readonly uuid: string,
    readonly inserted: boolean,
    /** The uuid was chosen by the caller, and is what the row gets. */
    readonly chosen: boolean,
    /** When it was changed first, by the draft's journal. */
    readonly at: number,
  ) {}

  /** The name that the row is inserted under: made once, for it is written at each mention. */
  get wireName(): string {
    this.#wireName ??= uuidName(this.uuid);
    return this.#wireName;
  }
}
