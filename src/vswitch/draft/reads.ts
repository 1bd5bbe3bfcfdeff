import { randomUUID } from 'node:crypto';
import { OvskitError } from '../../base/errors.js';
import type { Condition, SelectedRow } from '../../ovsdb/operations.js';
import type { DatabaseSchema } from '../../ovsdb/schema.js';
import type { Atom, Value } from '../../ovsdb/values.js';
import { lightColumns } from './columns.js';

/** One look at the database: rows of a table that meet conditions (RFC 7047, section 5.2.2). */
export interface Read {
  readonly table: string;
  readonly where: readonly Condition[];
  readonly columns: readonly string[];
}

/** A builder asked for what has not been read yet: read it, and build again. */
export class Unread extends OvskitError {
  constructor(readonly reads: readonly Read[]) {
    super('ERR_VSWITCH_UNREAD', `${reads.map((read) => read.table).join(', ')} must be read first`);
  }
}

/** A row that was there is gone: what was read no longer holds together. Read all of it again. */
export class Overtaken extends OvskitError {
  constructor(
    readonly table: string,
    readonly uuid: string,
  ) {
    super('ERR_VSWITCH_OVERTAKEN', 'the database changed while it was being read');
  }
}

/** A column of a table, as it is in all rows. */
export type WholeColumn = readonly [table: string, column: string];

/** Where a draft reads from. A method that would have to wait throws {@link Unread} instead. */
export interface Source {
  /** The rows that meet the conditions, with at least these columns known. */
  lookup(read: Read): readonly string[];
  /** The rows whose column has a value: what is asked most. */
  find(schema: DatabaseSchema, table: string, column: string, value: Atom): readonly string[];
  /** A column of a row. `undefined` when there is no such row. */
  value(table: string, uuid: string, column: string, hint: readonly string[]): Value | undefined;
  /**
   * What is asked again and again, by an answer that may be kept as long as the columns that it hangs on are the same.
   *
   * @param answer works it out; `undefined` is not kept.
   */
  once<T>(question: string, on: readonly WholeColumn[], answer: () => T): T;
  /** Asks for a read to be made together with the next one that is needed. */
  want(read: Read): void;
}

/** What has been read so far by `select`. */
export class ReadCache implements Source {
  readonly #lookups = new Map<string, { read: Read; uuids: readonly string[] }>();
  readonly #rows = new Map<string, Map<string, Map<string, Value>>>();
  readonly #wanted = new Map<string, Read>();
  readonly #uuids: string[] = [];

  /** Asks for a read to be made together with the next one that is needed. */
  want(read: Read): void {
    const key = keyOf(read);
    if (!this.#lookups.has(key)) this.#wanted.set(key, read);
  }

  lookup(read: Read): readonly string[] {
    const found = this.#lookups.get(keyOf(read));
    if (!found) throw this.#unread(read);
    return found.uuids;
  }

  find(schema: DatabaseSchema, table: string, column: string, value: Atom): readonly string[] {
    return this.lookup({ table, where: [[column, '==', value]], columns: lightColumns(schema, table) });
  }

  /** Nothing is kept: what was read is gone with the transaction. */
  once<T>(_question: string, _on: readonly WholeColumn[], answer: () => T): T {
    return answer();
  }

  value(table: string, uuid: string, column: string, hint: readonly string[]): Value | undefined {
    const known = this.#rows.get(table)?.get(uuid)?.get(column);
    if (known !== undefined) return known;
    const columns = hint.includes(column) ? hint : [column];
    const read: Read = { table, where: [['_uuid', '==', uuid]], columns };
    if (this.#lookups.has(keyOf(read))) return undefined;
    throw this.#unread(read);
  }

  /** Takes in what reads returned. */
  fill(reads: readonly Read[], results: readonly (readonly SelectedRow[])[]): void {
    reads.forEach((read, index) => {
      const rows = results[index]!;
      this.#lookups.set(keyOf(read), { read, uuids: rows.map((row) => row._uuid as string) });
      const table = this.#table(read.table);
      for (const row of rows) {
        const uuid = row._uuid as string;
        const columns = table.get(uuid) ?? new Map<string, Value>();
        table.set(uuid, columns);
        for (const [name, value] of Object.entries(row)) columns.set(name, value);
      }
    });
  }

  /** The uuids for the rows that a build inserts: the same ones in each build, so that what they were looked up by is known. */
  uuids(): () => string {
    let next = 0;
    return () => {
      const uuid = this.#uuids[next] ?? randomUUID();
      this.#uuids[next++] = uuid;
      return uuid;
    };
  }

  /** Nothing of what is known was read by `select`. */
  get empty(): boolean {
    return this.#lookups.size === 0;
  }

  /** Forgets everything: the database has changed. */
  clear(): void {
    // A map that is cleared is made anew, though it be empty.
    if (this.#lookups.size === 0 && this.#wanted.size === 0) return;
    this.#lookups.clear();
    this.#rows.clear();
    this.#wanted.clear();
  }

  /** What was read, for a wait until any of it changes. */
  reads(): { read: Read; uuids: readonly string[] }[] {
    return [...this.#lookups.values()];
  }

  /** The row as it was read. */
  row(table: string, uuid: string): ReadonlyMap<string, Value> | undefined {
    return this.#rows.get(table)?.get(uuid);
  }

  #table(name: string): Map<string, Map<string, Value>> {
    const table = this.#rows.get(name) ?? new Map();
    this.#rows.set(name, table);
    return table;
  }

  #unread(read: Read): Unread {
    const reads = new Map(this.#wanted).set(keyOf(read), read);
    this.#wanted.clear();
    return new Unread([...reads.values()]);
  }
}

function keyOf({ table, where, columns }: Read): string {
  return JSON.stringify([table, where, columns], (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
}
