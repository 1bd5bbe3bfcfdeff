import type { ColumnType } from '../../ovsdb/schema.js';
import { type Atom, isScalar, type Value } from '../../ovsdb/values.js';
import type { ChangedRow } from './changed-row.js';
import { type Members, membersOf } from './column.js';

/** What is found where nothing is. */
export const NO_ROWS: readonly ChangedRow[] = [];
const FEW = 12;
/** The rows that have a value: few have one that another has, but a port has its interface's name. */
type Sharers = ChangedRow | ChangedRow[] | Set<ChangedRow>;
const MOST_IN_LINE = 8;

/**
 * Which changed rows were ever given a value, so that a look for it need not go through all of them. A row stays where it
 * no longer has the value; whoever looks checks.
 */
export class Mentions {
  readonly #rows: ChangedRow[] = [];
  readonly #describe: (row: ChangedRow) => void;
  /** Few rows are gone through sooner than sorted. */
  #sorted: SortedRows | undefined;

  /** @param describe adds the values that a row has so far. */
  constructor(describe: (row: ChangedRow) => void) {
    this.#describe = describe;
  }

  /** The rows that have, or had, the value in some column: scalars of any type, and references. */
  of(value: Atom): Iterable<ChangedRow> {
    return this.#sorted ? this.#sorted.of(value) : this.#all();
  }

  ofTable(table: string): Iterable<ChangedRow> {
    return this.#sorted ? this.#sorted.ofTable(table) : this.#all();
  }

  #all(): readonly ChangedRow[] {
    return this.#rows.length === 0 ? NO_ROWS : this.#rows;
  }

  addRow(row: ChangedRow): void {
    if (this.#sorted) this.#sorted.addRow(row);
    else if (this.#rows.push(row) > FEW) {
      this.#sorted = new SortedRows();
      for (const each of this.#rows) {
        this.#sorted.addRow(each);
        this.#describe(each);
      }
    }
  }

  addValue(row: ChangedRow, type: ColumnType, value: Value): void {
    if (!this.#sorted) return;
    if (isScalar(type)) {
      if (value !== null) this.#sorted.addValue(value as Atom, row);
    } else this.addMembers(row, type, membersOf(value));
  }

  addMembers(row: ChangedRow, type: ColumnType, members: Members): void {
    const sorted = this.#sorted;
    if (!sorted) return;
    if (isScalar(type) || type.key.type === 'uuid') for (const [key] of members) sorted.addValue(key, row);
    if (type.value?.type === 'uuid') {
      for (const [, value] of members) if (value !== undefined) sorted.addValue(value, row);
    }
  }
}

class SortedRows {
  readonly #byValue = new Map<Atom, Sharers>();
  readonly #byTable = new Map<string, Set<ChangedRow>>();

  of(value: Atom): Iterable<ChangedRow> {
    const rows = this.#byValue.get(value) ?? NO_ROWS;
    return Symbol.iterator in rows ? rows : [rows];
  }

  ofTable(table: string): Iterable<ChangedRow> {
    return this.#byTable.get(table) ?? NO_ROWS;
  }

  addRow(row: ChangedRow): void {
    const rows = this.#byTable.get(row.table);
    if (rows) rows.add(row);
    else this.#byTable.set(row.table, new Set([row]));
  }

  addValue(value: Atom, row: ChangedRow): void {
    const rows = this.#byValue.get(value);
    if (rows === undefined) this.#byValue.set(value, row);
    else if (rows instanceof Set) rows.add(row);
    else if (!Array.isArray(rows)) {
      if (rows !== row) this.#byValue.set(value, [rows, row]);
    } else if (!rows.includes(row)) {
      if (rows.push(row) > MOST_IN_LINE) this.#byValue.set(value, new Set(rows));
    }
  }
}
