import type { Condition, Operation } from '../../ovsdb/operations.js';
import { columnSchema, type DatabaseSchema, tableSchema } from '../../ovsdb/schema.js';
import { type Atom, isScalar, type Value } from '../../ovsdb/values.js';
import { ChangedRow } from './changed-row.js';
import {
  applyDelta,
  Delta,
  defaultValue,
  type Members,
  membersOf,
  type Step,
  sameMembers,
  valueFrom,
} from './column.js';
import { lightColumns } from './columns.js';
import { Journal } from './journal.js';
import { Mentions } from './mentions.js';
import { writeOperations } from './operations.js';
import { Overtaken, type Read, type Source } from './reads.js';

/** A row of a draft: one that is in the database, or that the draft inserts. */
export interface DraftRow {
  readonly table: string;
  readonly uuid: string;
}

/**
 * A transaction in the making: what the database will be, by its rows as they were read and the changes made so far.
 * Reads see the changes. What has to be read first is asked for by throwing {@link Unread}.
 */
export class Draft {
  readonly schema: DatabaseSchema;
  readonly source: Source;
  readonly #newUuid: () => string;
  /** In the order of the first change. */
  readonly changed = new Map<string, ChangedRow>();
  readonly guards: Operation[] = [];
  readonly #journal = new Journal();
  readonly #mentions = new Mentions();
  #begun = 0;
  #overrides = false;

  /** @param newUuid what the draft calls the rows that it inserts. */
  constructor(schema: DatabaseSchema, source: Source, newUuid: () => string) {
    this.schema = schema;
    this.source = source;
    this.#newUuid = newUuid;
  }

  /** A column's value, changes included. @throws {Unread}; {@link Overtaken} when the row has gone. */
  get(row: DraftRow, column: string): Value {
    const change = this.changed.get(row.uuid);
    const type = columnSchema(tableSchema(this.schema, row.table), column).type;
    const written = change?.columns.get(column);
    if (written && 'write' in written) return written.write;
    const value = change?.inserted ? (column === '_uuid' ? row.uuid : defaultValue(type)) : this.#base(row, column);
    return written ? valueFrom(type, applyDelta(membersOf(value), written)) : value;
  }

  #base(row: DraftRow, column: string): Value {
    if (column === '_uuid') return row.uuid;
    const value = this.source.value(row.table, row.uuid, column, lightColumns(this.schema, row.table));
    if (value === undefined) throw new Overtaken();
    return value;
  }

  /** The row of a uuid, if the database has it or the draft inserts it. */
  row(table: string, uuid: string): DraftRow | undefined {
    const change = this.changed.get(uuid);
    if (change) return change.deleted || change.table !== table ? undefined : change;
    const read = { table, where: [['_uuid', '==', uuid]] as const, columns: lightColumns(this.schema, table) };
    return this.source.lookup(read).length > 0 ? { table, uuid } : undefined;
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
    const found = this.source.lookup({ table, where: [], columns });
    return this.#alive(table, found, this.#mentions.ofTable(table), () => true);
  }

  /** The rows whose column has a value. */
  find(table: string, column: string, value: Atom): DraftRow[] {
    const columns = lightColumns(this.schema, table);
    // Nothing in the database refers to a row of ours, whose uuid is another one each time that the draft is built.
    const fresh = this.#isFresh(value);
    const found = fresh ? [] : this.source.lookup({ table, where: [[column, '==', value]], columns });
    if (this.changed.size === 0) return found.map((uuid) => ({ table, uuid }));
    const byDefault = defaultValue(columnSchema(tableSchema(this.schema, table), column).type) === value;
    const candidates = byDefault ? this.#mentions.ofTable(table) : this.#mentions.of(value);
    return this.#alive(table, found, candidates, (row) => this.get(row, column) === value, column);
  }

  /** The rows whose set column includes an element, or whose map column has it as a value. */
  referrers(table: string, column: string, uuid: string): DraftRow[] {
    const fresh = this.#isFresh(uuid);
    const read: Read = { table, where: [[column, 'includes', [uuid]]], columns: lightColumns(this.schema, table) };
    const base = fresh ? [] : this.source.lookup(read);
    if (this.changed.size === 0) return base.map((found) => ({ table, uuid: found }));
    const meets = (row: ChangedRow) => this.includes(row, column, uuid, base.includes(row.uuid));
    return this.#alive(table, base, this.#mentions.of(uuid), meets, column);
  }

  /** Whether a set has an element; `base` tells whether it had it when it was read. */
  includes(row: DraftRow, column: string, element: Atom, base: boolean): boolean {
    const change = this.changed.get(row.uuid)?.columns.get(column);
    if (!change) return base;
    if ('write' in change) return membersOf(change.write).some(([key]) => key === element);
    if (change.insert.has(element)) return true;
    return base && !change.remove.has(element);
  }

  #isFresh(value: Atom): boolean {
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

  /** Inserts a row, which the draft knows by `uuid`; `chosen` makes that its uuid in the database too. */
  insert(
    table: string,
    values: Readonly<Record<string, Value | undefined>> = {},
    uuid: string = this.#newUuid(),
    chosen = false,
  ): DraftRow {
    tableSchema(this.schema, table);
    const row = new ChangedRow(table, uuid, true, chosen, this.mark);
    this.#journal.set(this.changed, uuid, row);
    this.#mentions.addRow(row);
    for (const [column, value] of Object.entries(values)) if (value !== undefined) this.set(row, column, value);
    return row;
  }

  /** Whether the draft inserts the row. */
  isInserted(row: DraftRow): boolean {
    return this.changed.get(row.uuid)?.inserted === true;
  }

  isDeleted(row: DraftRow): boolean {
    return this.changed.get(row.uuid)?.deleted === true;
  }

  /** Sets a column, whatever it holds. */
  set(row: DraftRow, column: string, value: Value): void {
    const { type } = columnSchema(tableSchema(this.schema, row.table), column);
    const change = this.#change(row);
    this.#overrides ||= change.at < this.#begun && change.columns.has(column);
    this.#journal.set(change.columns, column, { write: value });
    this.#mentions.addValue(change, type, value);
  }

  /** Adds members to a set or map that lack; what a map has under a key stays. */
  add(row: DraftRow, column: string, members: Members): void {
    this.#delta(row, column, { insert: members, remove: [] });
  }

  /** Removes members from a set or map: by key, or by key and value. */
  remove(row: DraftRow, column: string, members: Members): void {
    this.#delta(row, column, { insert: [], remove: members });
  }

  /** Adds members to a set or sets keys of a map, and leaves the others; `always` even if that changes nothing. */
  put(row: DraftRow, column: string, members: Members, always = false): void {
    const remove = members.filter(([, value]) => value !== undefined).map(([key]) => [key, undefined] as const);
    this.#delta(row, column, { insert: members, remove, always });
  }

  #delta(row: DraftRow, column: string, step: Step): void {
    const type = columnSchema(tableSchema(this.schema, row.table), column).type;
    const change = this.#change(row);
    const before = change.columns.get(column);
    if ((before && 'write' in before && !change.inserted) || (change.inserted && isScalar(type))) {
      const whole = new Delta();
      whole.take(step, this.#journal, () => false);
      this.set(row, column, valueFrom(type, applyDelta(membersOf(this.get(row, column)), whole)));
      return;
    }
    let delta = before && !('write' in before) ? before : undefined;
    if (!delta) {
      delta = new Delta();
      // Of a new row's set or map all is inserted: so each further member costs the same.
      if (before && 'write' in before) {
        delta.take({ insert: membersOf(before.write), remove: [] }, this.#journal, () => false);
      }
      this.#journal.set(change.columns, column, delta);
    }
    this.#overrides ||= change.at < this.#begun && delta.isUndoneBy(step);
    delta.take(step, this.#journal, (key) => change.inserted || this.#isFresh(key));
    this.#mentions.addMembers(change, type, step.insert);
  }

  /** Deletes a row; one that was inserted is as if it had never been. */
  delete(row: DraftRow): void {
    const change = this.#change(row);
    const { deleted, dropped } = change;
    this.#overrides ||= change.at < this.#begun && (change.inserted || change.columns.size > 0);
    change.deleted = true;
    this.#journal.add(() => Object.assign(change, { deleted, dropped }));
  }

  /** Takes a row out of sight that the server will delete when nothing refers to it any more. */
  drop(row: DraftRow): void {
    this.delete(row);
    this.#change(row).dropped = true;
  }

  /** What the draft puts into a set of a row, as the rows of a table that it refers to. */
  inserted(row: DraftRow, column: string, table: string): DraftRow[] {
    const change = this.changed.get(row.uuid)?.columns.get(column);
    const members = !change ? [] : 'write' in change ? membersOf(change.write) : [...change.insert];
    return members.map(([uuid]) => ({ table, uuid: uuid as string }));
  }

  /** Makes the commit fail unless the rows that meet the conditions still are just what they were. */
  guard(table: string, where: readonly Condition[], columns: readonly string[], rows: readonly DraftRow[]): void {
    const values = rows.map((row) => Object.fromEntries(columns.map((column) => [column, this.#base(row, column)])));
    this.#journal.add(() => this.guards.pop());
    this.guards.push({ op: 'wait', table, where, columns, until: '==', rows: values, timeout: 0 });
  }

  /** Makes the commit fail unless columns of a row still are what they were. */
  guardRow(row: DraftRow, columns: readonly string[]): void {
    if (this.isInserted(row)) return;
    this.guard(row.table, [['_uuid', '==', row.uuid]], columns, [row]);
  }

  /** What was read and what it becomes differ: the members that changed, or the whole value. */
  effective(row: ChangedRow, column: string): { write: Value } | Delta | undefined {
    const change = row.columns.get(column);
    if (!change || row.inserted) return change;
    if ('write' in change) {
      return sameMembers(membersOf(this.#base(row, column)), membersOf(change.write)) ? undefined : change;
    }
    if (change.insert.size === 0 && change.remove.size === 0) return undefined;
    if (change.always || !lightColumns(this.schema, row.table).includes(column)) return change;
    const before = membersOf(this.#base(row, column));
    return sameMembers(before, applyDelta(before, change)) ? undefined : change;
  }

  /** The operations that make the changes; none when there is nothing to change. */
  operations(): Operation[] {
    return writeOperations(this);
  }

  /** How far the draft has come, for {@link rollBack}. */
  get mark(): number {
    return this.#journal.mark;
  }

  /** Takes back what was done since the mark. */
  rollBack(mark: number): void {
    this.#journal.rollBack(mark);
  }

  /** Begins the next part. */
  begin(): void {
    this.#begun = this.mark;
    this.#overrides = false;
  }

  /** Whether this part takes back something that parts before it did, so that nobody would see whether that was right. */
  get overrides(): boolean {
    return this.#overrides;
  }

  #change(row: DraftRow): ChangedRow {
    let change = this.changed.get(row.uuid);
    if (!change) {
      change = new ChangedRow(row.table, row.uuid, false, false, this.mark);
      this.#journal.set(this.changed, row.uuid, change);
      this.#mentions.addRow(change);
    }
    return change;
  }
}
