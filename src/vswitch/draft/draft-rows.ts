import { columnSchema, type DatabaseSchema, tableSchema } from '../../ovsdb/schema.js';
import type { Atom, Value } from '../../ovsdb/values.js';
import type { ChangedRow } from './changed-row.js';
import { applyDelta, Delta, defaultValue, mayBeDefault, membersOf, valueFrom } from './column.js';
import { lightColumns } from './columns.js';
import { Mentions, NO_ROWS } from './mentions.js';
import { Overtaken, type Read, type Source, type WholeColumn } from './reads.js';

/** A row of a draft: one that is in the database, or that the draft inserts. */
export interface DraftRow {
  readonly table: string;
  readonly uuid: string;
}

/** Stands for the rows of a table in the place of a column: each has this one, and none changes it. */
export const ROWS = '_uuid';

/** What is deleted with a bridge, and what refers to it: ovs-vsctl(8) goes no further, the server does. */
const OWNERS: Readonly<Record<string, { readonly table: string; readonly column: string }>> = {
  Port: { table: 'Bridge', column: 'ports' },
  Interface: { table: 'Port', column: 'interfaces' },
};

/** The rows of a database as changes that are collected make them. */
export class DraftRows {
  readonly schema: DatabaseSchema;
  readonly source: Source;
  /** In the order of the first change. */
  readonly changed = new Map<string, ChangedRow>();
  /** Bridges that are deleted with all that is theirs. Of thousands of ports nobody asks for, none is looked at. */
  protected readonly whole = new Map<string, DraftRow>();
  protected readonly mentions = new Mentions((row) => this.#mentionAll(row));
  readonly #altered = new Map<string, Set<string>>();

  constructor(schema: DatabaseSchema, source: Source) {
    this.schema = schema;
    this.source = source;
  }

  /** What is asked again and again, answered from what is known as long as nothing that the answer hangs on is altered. */
  once<T>(question: string, on: readonly WholeColumn[], answer: () => T): T {
    return this.alters(on) ? answer() : this.source.once(question, on, answer);
  }

  /** Whether columns were ever changed, or rows of their tables came or went. */
  alters(columns: readonly WholeColumn[]): boolean {
    for (const [table, column] of columns) {
      const altered = this.#altered.get(table);
      if (altered && (altered.has(ROWS) || altered.has(column))) return true;
    }
    return false;
  }

  /** Takes note that a column of rows that were there changes, or, as {@link ROWS}, that rows come or go. */
  protected alter(table: string, column: string): void {
    const altered = this.#altered.get(table);
    if (altered) altered.add(column);
    else this.#altered.set(table, new Set([column]));
  }

  /** A column's value, changes included. @throws {Unread}; {@link Overtaken} when the row has gone. */
  get(row: DraftRow, column: string): Value {
    const change = this.changed.get(row.uuid);
    const type = columnSchema(tableSchema(this.schema, row.table), column).type;
    const changed = change?.columns.get(column);
    if (changed !== undefined && !(changed instanceof Delta)) return changed;
    const value = change?.inserted ? (column === '_uuid' ? row.uuid : defaultValue(type)) : this.base(row, column);
    return changed ? valueFrom(type, applyDelta(membersOf(value), changed)) : value;
  }

  /** A column as it was read. */
  protected base(row: DraftRow, column: string): Value {
    if (column === '_uuid') return row.uuid;
    const value = this.source.value(row.table, row.uuid, column, lightColumns(this.schema, row.table));
    if (value === undefined) throw new Overtaken(row.table, row.uuid);
    return value;
  }

  /** The row of a uuid, if the database has it or the draft inserts it. */
  row(table: string, uuid: string): DraftRow | undefined {
    const change = this.changed.get(uuid);
    if (change) return change.deleted || change.table !== table || this.isGone(table, uuid) ? undefined : change;
    const read = { table, where: [['_uuid', '==', uuid]] as const, columns: lightColumns(this.schema, table) };
    return this.source.lookup(read).length > 0 && !this.isGone(table, uuid) ? { table, uuid } : undefined;
  }

  /** Whether a row of the database goes with a bridge that is deleted. */
  protected isGone(table: string, uuid: string): boolean {
    const owner = OWNERS[table];
    if (this.whole.size === 0 || !owner) return false;
    return this.#holders(owner.table, owner.column, uuid).some(
      (each) =>
        (this.whole.has(each) || this.isGone(owner.table, each)) &&
        this.includes({ table: owner.table, uuid: each }, owner.column, uuid, true),
    );
  }

  /** All that {@link isGone} is true of, for a look at a whole table. */
  #allGone(table: string): ReadonlySet<string> {
    const owner = OWNERS[table];
    if (this.whole.size === 0 || !owner) return new Set();
    let owners = [...this.whole.values()];
    if (owner.table !== 'Bridge') {
      const gone = this.#allGone(owner.table);
      const read = { table: owner.table, where: [], columns: ['_uuid', owner.column] };
      owners = this.source.lookup(read).flatMap((uuid) => (gone.has(uuid) ? { table: owner.table, uuid } : []));
    }
    return new Set(owners.flatMap((row) => this.get(row, owner.column) as readonly string[]));
  }

  /** The rows of the database whose column refers to a row, among them those that change. */
  #holders(table: string, column: string, uuid: string): readonly string[] {
    if (this.isFresh(uuid)) return [];
    const { type } = columnSchema(tableSchema(this.schema, table), column);
    const columns = lightColumns(this.schema, table);
    if (!type.value) return this.source.lookup({ table, where: [[column, 'includes', [uuid]]], columns });
    // No condition asks for a map's values (RFC 7047, section 5.1).
    const all = this.source.lookup({ table, where: [], columns: [...new Set(['_uuid', ...columns, column])] });
    return all.filter((each) => refersTo(this.base({ table, uuid: each }, column), uuid));
  }

  /** Has a row of the database read together with what is read next. */
  wantRow(table: string, uuid: string): void {
    const columns = lightColumns(this.schema, table);
    this.source.want({ table, where: [['_uuid', '==', uuid]], columns });
  }

  /** Has all rows of a table read together with what is read next. */
  wantRows(table: string, columns: readonly string[]): void {
    this.source.want({ table, where: [], columns });
  }

  /** All rows of a table, with these columns read. */
  rows(table: string, columns: readonly string[] = lightColumns(this.schema, table)): DraftRow[] {
    const gone = this.#allGone(table);
    const found = this.source.lookup({ table, where: [], columns }).filter((uuid) => !gone.has(uuid));
    return this.#alive(table, found, this.mentions.ofTable(table), () => true);
  }

  /** The rows whose column has a value. */
  find(table: string, column: string, value: Atom): DraftRow[] {
    // Nothing in the database refers to a row of ours, whose uuid is another one each time that the draft is built.
    const found = this.isFresh(value) ? [] : this.source.find(this.schema, table, column, value);
    if (this.changed.size === 0) return found.map((uuid) => ({ table, uuid }));
    const candidates = this.#candidates(table, column, value);
    // Nobody has a new port's name: this is the commonest answer.
    if (found.length === 0 && candidates === NO_ROWS) return [];
    return this.#staying(this.#alive(table, found, candidates, (row) => this.get(row, column) === value, column));
  }

  /** The rows whose set column includes an element, or whose map column has it as a value. */
  referrers(table: string, column: string, uuid: string): DraftRow[] {
    const base = this.#holders(table, column, uuid);
    if (this.changed.size === 0) return base.map((found) => ({ table, uuid: found }));
    const meets = (row: ChangedRow) => this.includes(row, column, uuid, base.includes(row.uuid));
    return this.#staying(this.#alive(table, base, this.mentions.of(uuid), meets, column));
  }

  #staying(rows: DraftRow[]): DraftRow[] {
    return this.whole.size === 0 ? rows : rows.filter(({ table, uuid }) => !this.isGone(table, uuid));
  }

  /** Whether a set has an element, or a map a value; `base` tells whether it had it when it was read. */
  includes(row: DraftRow, column: string, element: Atom, base: boolean): boolean {
    const change = this.changed.get(row.uuid)?.columns.get(column);
    if (change === undefined) return base;
    if (!(change instanceof Delta)) return refersTo(change, element);
    const { value } = columnSchema(tableSchema(this.schema, row.table), column).type;
    if (value) return refersTo(this.get(row, column), element);
    if (change.insert.has(element)) return true;
    return base && !change.remove.has(element);
  }

  /** Changed rows among which are all whose column has the value, or had. */
  #candidates(table: string, column: string, value: Atom): Iterable<ChangedRow> {
    const byDefault =
      mayBeDefault(value) && defaultValue(columnSchema(tableSchema(this.schema, table), column).type) === value;
    return byDefault ? this.mentions.ofTable(table) : this.mentions.of(value);
  }

  protected isFresh(value: Atom): boolean {
    return typeof value === 'string' && this.changed.get(value)?.inserted === true;
  }

  /** @param candidates changed rows among which are all that meet the condition now. */
  #alive(
    table: string,
    base: readonly string[],
    candidates: Iterable<ChangedRow>,
    meets: (row: ChangedRow) => boolean,
    column?: string,
  ): DraftRow[] {
    const rows: DraftRow[] = [];
    for (const uuid of base) {
      const change = this.changed.get(uuid);
      if (!change) rows.push({ table, uuid });
      else if (!change.deleted && meets(change)) rows.push(change);
    }
    for (const change of candidates) {
      if (change.table !== table || change.deleted) continue;
      if (!change.inserted && (column === undefined || !change.columns.has(column))) continue;
      // One that was taken back is a candidate still.
      if (this.changed.get(change.uuid) !== change || !meets(change)) continue;
      if (change.inserted || !base.includes(change.uuid)) rows.push(change);
    }
    return rows;
  }

  /** Whether the draft inserts the row. */
  isInserted(row: DraftRow): boolean {
    return this.changed.get(row.uuid)?.inserted === true;
  }

  isDeleted(row: DraftRow): boolean {
    return this.changed.get(row.uuid)?.deleted === true;
  }

  /** Whether the changes may make the result of a look at the database another than `found`. */
  touches({ table, where }: Read, found: readonly string[]): boolean {
    const [condition] = where;
    if (!condition || where.length > 1) {
      for (const row of this.mentions.ofTable(table)) if (row.inserted || row.deleted || where.length > 1) return true;
      return false;
    }
    const [column, , operand] = condition;
    return this.touchesFound(table, column, (Array.isArray(operand) ? operand[0] : operand) as Atom, found);
  }

  /** Whether the changes may make others of the rows that have a value in a column. */
  touchesFound(table: string, column: string, value: Atom, found: readonly string[]): boolean {
    for (const row of this.#candidates(table, column, value)) {
      if (row.table === table && (row.inserted || row.columns.has(column)) && this.#has(row, column, value))
        return true;
    }
    return found.some((uuid) => this.touchesValue(uuid, column));
  }

  /** Whether the changes give a column the value, or add it to the set that it is. */
  #has(row: ChangedRow, column: string, value: Atom): boolean {
    const change = row.columns.get(column);
    if (change === undefined) return column !== '_uuid' && this.get(row, column) === value;
    if (!(change instanceof Delta)) return membersOf(change).some(([key, each]) => key === value || each === value);
    return change.insert.has(value) || [...change.insert.values()].includes(value);
  }

  /** Whether the changes may make a column of a row of the database another. */
  touchesValue(uuid: string, column: string): boolean {
    const row = this.changed.get(uuid);
    return row !== undefined && (row.deleted || row.columns.has(column));
  }

  #mentionAll(row: ChangedRow): void {
    const schema = tableSchema(this.schema, row.table);
    for (const [column, change] of row.columns) {
      const { type } = columnSchema(schema, column);
      if (change instanceof Delta) this.mentions.addMembers(row, type, [...change.insert]);
      else this.mentions.addValue(row, type, change);
    }
  }
}

/** Whether a set has an element, or a map a value. */
function refersTo(value: Value, element: Atom): boolean {
  return membersOf(value).some(([key, each]) => (value instanceof Map ? each : key) === element);
}
