import type { Condition, Operation } from '../../ovsdb/operations.js';
import { columnSchema, type DatabaseSchema, tableSchema } from '../../ovsdb/schema.js';
import { type Atom, isScalar, type Value } from '../../ovsdb/values.js';
import { ChangedRow } from './changed-row.js';
import {
  applyDelta,
  type Change,
  Delta,
  type Members,
  membersOf,
  type Step,
  sameMembers,
  valueFrom,
} from './column.js';
import { lightColumns } from './columns.js';
import { type DraftRow, DraftRows, ROWS } from './draft-rows.js';
import { Journal, type Steps, UNNOTED } from './journal.js';
import { writeOperations } from './operations.js';
import type { Source } from './reads.js';

/**
 * A transaction in the making: what the database will be, by its rows as they were read and the changes made so far.
 * Reads see the changes. What has to be read first is asked for by throwing {@link Unread}.
 */
export class Draft extends DraftRows {
  readonly #newUuid: () => string;
  readonly guards: Operation[] = [];
  readonly #journal = new Journal();
  #begun = 0;
  #touched = false;
  #overrides = false;

  /** @param newUuid what the draft calls the rows that it inserts. */
  constructor(schema: DatabaseSchema, source: Source, newUuid: () => string) {
    super(schema, source);
    this.#newUuid = newUuid;
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
    this.alter(table, ROWS);
    this.mentions.addRow(row);
    for (const column of Object.keys(values)) {
      const value = values[column];
      if (value !== undefined) this.set(row, column, value);
    }
    return row;
  }

  /** Sets a column, whatever it holds. */
  set(row: DraftRow, column: string, value: Value): void {
    const { type } = columnSchema(tableSchema(this.schema, row.table), column);
    const change = this.#change(row);
    this.#overrides ||= change.at < this.#begun && change.columns.has(column);
    if (!change.inserted) this.alter(row.table, column);
    this.#steps(change).set(change.columns, column, value);
    this.mentions.addValue(change, type, value);
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
    const written = before !== undefined && !(before instanceof Delta);
    if ((written && !change.inserted) || (change.inserted && isScalar(type))) {
      const whole = new Delta();
      whole.take(step, UNNOTED, () => false);
      this.set(row, column, valueFrom(type, applyDelta(membersOf(this.get(row, column)), whole)));
      return;
    }
    const steps = this.#steps(change);
    let delta = before instanceof Delta ? before : undefined;
    if (!delta) {
      delta = new Delta();
      // Of a new row's set or map all is inserted: so each further member costs the same.
      if (written) delta.take({ insert: membersOf(before), remove: [] }, UNNOTED, () => false);
      if (!change.inserted) this.alter(row.table, column);
      steps.set(change.columns, column, delta);
    }
    this.#overrides ||= change.at < this.#begun && delta.isUndoneBy(step);
    delta.take(step, steps, (key) => change.inserted || this.isFresh(key));
    this.mentions.addMembers(change, type, step.insert);
  }

  /** Deletes a row; one that was inserted is as if it had never been. */
  delete(row: DraftRow): void {
    const change = this.#change(row);
    const { deleted, dropped } = change;
    this.#overrides ||= change.at < this.#begun && (change.inserted || change.columns.size > 0);
    change.deleted = true;
    this.alter(row.table, ROWS);
    this.#journal.push(() => Object.assign(change, { deleted, dropped }));
  }

  /** Takes a row out of sight that the server will delete when nothing refers to it any more. */
  drop(row: DraftRow): void {
    this.delete(row);
    this.#change(row).dropped = true;
  }

  /** Drops a bridge with its ports and their interfaces. */
  dropWhole(bridge: DraftRow): void {
    this.drop(bridge);
    this.#journal.set(this.whole, bridge.uuid, bridge);
    for (const { table, uuid, at, deleted } of [...this.changed.values()]) {
      this.#overrides ||= at < this.#begun && !deleted && this.isGone(table, uuid);
    }
  }

  /** What the draft puts into a set of a row, as the rows of a table that it refers to. */
  inserted(row: DraftRow, column: string, table: string): DraftRow[] {
    const change = this.changed.get(row.uuid)?.columns.get(column);
    const members = change === undefined ? [] : change instanceof Delta ? [...change.insert] : membersOf(change);
    return members.map(([uuid]) => ({ table, uuid: uuid as string }));
  }

  /** Makes the commit fail unless the rows that meet the conditions still are just what they were. */
  guard(table: string, where: readonly Condition[], columns: readonly string[], rows: readonly DraftRow[]): void {
    const values = rows.map((row) => Object.fromEntries(columns.map((column) => [column, this.base(row, column)])));
    this.#journal.push(() => this.guards.pop());
    this.guards.push({ op: 'wait', table, where, columns, until: '==', rows: values, timeout: 0 });
  }

  /** Makes the commit fail unless the same rows of the database have the value in a column, and in others what they had. */
  guardFound(table: string, column: string, value: Atom, columns: readonly string[]): void {
    const where = [[column, '==', value]] as const;
    const found = this.source.lookup({ table, where, columns: lightColumns(this.schema, table) });
    const rows = found.map((uuid) => ({ table, uuid }));
    this.guard(table, where, columns, rows);
  }

  /** Makes the commit fail unless columns of a row still are what they were. */
  guardRow(row: DraftRow, columns: readonly string[]): void {
    if (this.isInserted(row)) return;
    this.guard(row.table, [['_uuid', '==', row.uuid]], columns, [row]);
  }

  /** What was read and what it becomes differ: the members that changed, or the whole value. */
  effective(row: ChangedRow, column: string): Change | undefined {
    const change = row.columns.get(column);
    if (change === undefined || row.inserted) return change;
    if (!(change instanceof Delta)) {
      return sameMembers(membersOf(this.base(row, column)), membersOf(change)) ? undefined : change;
    }
    if (change.insert.size === 0 && change.remove.size === 0) return undefined;
    if (change.always || !lightColumns(this.schema, row.table).includes(column)) return change;
    const before = membersOf(this.base(row, column));
    return sameMembers(before, applyDelta(before, change)) ? undefined : change;
  }

  /** The operations that make the changes; none when there is nothing to change. */
  operations(): Operation[] {
    return writeOperations(this);
  }

  /** Has the configuration numbered anew, though nothing of it may change. */
  touch(): void {
    const before = this.#touched;
    this.#touched = true;
    this.#journal.push(() => {
      this.#touched = before;
    });
  }

  get touched(): boolean {
    return this.#touched;
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

  /** A row that came with this part goes with it as a whole: what is done to it needs no note of its own. */
  #steps(row: ChangedRow): Steps {
    return row.at < this.#begun ? this.#journal : UNNOTED;
  }

  #change(row: DraftRow): ChangedRow {
    let change = this.changed.get(row.uuid);
    if (!change) {
      change = new ChangedRow(row.table, row.uuid, false, false, this.mark);
      this.#journal.set(this.changed, row.uuid, change);
      this.mentions.addRow(change);
    }
    return change;
  }
}
