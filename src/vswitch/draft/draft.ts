import type { Condition, Operation } from '../../ovsdb/operations.js';
import { columnSchema, type DatabaseSchema, tableSchema } from '../../ovsdb/schema.js';
import type { Atom, Value } from '../../ovsdb/values.js';
import { ChangedRow } from './changed-row.js';
import { applyDelta, type Delta, defaultValue, type Members, membersOf, sameMembers, valueFrom } from './column.js';
import { lightColumns } from './columns.js';
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
  readonly comments: string[] = [];

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
    if (change?.inserted) return column === '_uuid' ? row.uuid : defaultValue(type);
    const value = this.#base(row, column);
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
    this.source.want(tableRead(table, columns));
  }

  /** All rows of a table, with these columns read. */
  rows(table: string, columns: readonly string[] = lightColumns(this.schema, table)): DraftRow[] {
    const found = this.source.lookup(tableRead(table, columns));
    return this.#alive(table, found, () => true);
  }

  /** The rows whose column has a value. */
  find(table: string, column: string, value: Atom): DraftRow[] {
    const columns = lightColumns(this.schema, table);
    // Nothing in the database refers to a row of ours, whose uuid is another one each time that the draft is built.
    const fresh = this.changed.get(value as string)?.inserted === true;
    const found = fresh ? [] : this.source.lookup({ table, where: [[column, '==', value]], columns });
    return this.#alive(table, found, (row) => this.get(row, column) === value, column);
  }

  /** The rows whose set column includes an element, or whose map column has it as a value. */
  referrers(table: string, column: string, uuid: string): DraftRow[] {
    const fresh = this.changed.get(uuid)?.inserted === true;
    const read: Read = { table, where: [[column, 'includes', [uuid]]], columns: lightColumns(this.schema, table) };
    const base = fresh ? [] : this.source.lookup(read);
    const found = new Set(base);
    return this.#alive(table, base, (row) => this.includes(row, column, uuid, found.has(row.uuid)), column);
  }

  /** Whether a set has an element; `base` tells whether it had it when it was read. */
  includes(row: DraftRow, column: string, element: Atom, base: boolean): boolean {
    const change = this.changed.get(row.uuid)?.columns.get(column);
    if (!change) return base;
    if ('write' in change) return membersOf(change.write).some(([key]) => key === element);
    if (change.insert.some(([key]) => key === element)) return true;
    return base && !change.remove.some(([key]) => key === element);
  }

  #alive(table: string, base: readonly string[], meets: (row: DraftRow) => boolean, column?: string): DraftRow[] {
    const rows: DraftRow[] = [];
    const seen = new Set(base);
    for (const uuid of base) {
      const change = this.changed.get(uuid);
      if (!change) rows.push({ table, uuid });
      else if (!change.deleted && meets(change)) rows.push(change);
    }
    for (const change of this.changed.values()) {
      if (change.table !== table || change.deleted || seen.has(change.uuid)) continue;
      if ((change.inserted || (column !== undefined && change.columns.has(column))) && meets(change)) rows.push(change);
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
    const row = new ChangedRow(table, uuid, true, chosen);
    this.changed.set(row.uuid, row);
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
    columnSchema(tableSchema(this.schema, row.table), column);
    this.#change(row).columns.set(column, { write: value });
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

  #delta(row: DraftRow, column: string, delta: Delta): void {
    const type = columnSchema(tableSchema(this.schema, row.table), column).type;
    const change = this.#change(row);
    const before = change.columns.get(column);
    if (change.inserted || (before && 'write' in before)) {
      const members = applyDelta(membersOf(this.get(row, column)), delta);
      change.columns.set(column, { write: valueFrom(type, members) });
    } else if (before) {
      // What this draft inserted and takes back was never there.
      const remove = delta.remove.filter(([key]) => !this.changed.get(key as string)?.inserted);
      const joined = joinDeltas(before, delta);
      const gone = new Set(delta.remove.filter((each) => !remove.includes(each)).map(([key]) => key));
      change.columns.set(column, { ...joined, remove: joined.remove.filter(([key]) => !gone.has(key)) });
    } else {
      change.columns.set(column, delta);
    }
  }

  /** Deletes a row; one that was inserted is as if it had never been. */
  delete(row: DraftRow): void {
    this.#change(row).deleted = true;
  }

  /** Takes a row out of sight that the server will delete when nothing refers to it any more. */
  drop(row: DraftRow): void {
    const change = this.#change(row);
    change.deleted = true;
    change.dropped = true;
  }

  /** Takes a bridge out of sight, with the rows of the draft that hang on it. */
  dropBridge(row: DraftRow): void {
    for (const port of this.#hanging(row, 'ports', 'Port')) {
      for (const each of this.#hanging(port, 'interfaces', 'Interface')) this.drop(each);
      this.drop(port);
    }
    this.drop(row);
  }

  #hanging(row: DraftRow, column: string, table: string): DraftRow[] {
    const change = this.changed.get(row.uuid)?.columns.get(column);
    const members = !change ? [] : 'write' in change ? membersOf(change.write) : change.insert;
    return members.map(([uuid]) => ({ table, uuid: uuid as string }));
  }

  /** Makes the commit fail unless the rows that meet the conditions still are just what they were. */
  guard(table: string, where: readonly Condition[], columns: readonly string[], rows: readonly DraftRow[]): void {
    const values = rows.map((row) => Object.fromEntries(columns.map((column) => [column, this.#base(row, column)])));
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
    if (change.insert.length === 0 && change.remove.length === 0) return undefined;
    if (change.always || !lightColumns(this.schema, row.table).includes(column)) return change;
    const before = membersOf(this.#base(row, column));
    return sameMembers(before, applyDelta(before, change)) ? undefined : change;
  }

  /** The operations that make the changes; none when there is nothing to change. */
  operations(): Operation[] {
    return writeOperations(this);
  }

  #change(row: DraftRow): ChangedRow {
    const change = this.changed.get(row.uuid) ?? new ChangedRow(row.table, row.uuid, false, false);
    this.changed.set(row.uuid, change);
    return change;
  }
}

/** The read of a whole table. */
export function tableRead(table: string, columns: readonly string[]): Read {
  return { table, where: [], columns };
}

function joinDeltas(first: Delta, second: Delta): Delta {
  const removed = new Set(second.remove.map(([key]) => key));
  const insert = first.insert.filter(
    ([key, value]) =>
      !removed.has(key) || second.remove.every(([k, v]) => k !== key || (v !== undefined && v !== value)),
  );
  const kept = new Set(insert.map(([key]) => key));
  return {
    insert: [...insert, ...second.insert.filter(([key]) => !kept.has(key))],
    remove: uniqueMembers([...first.remove, ...second.remove]),
    always: first.always === true || second.always === true,
  };
}

/** A mutation's operand must not name a member twice. */
function uniqueMembers(members: Members): Members {
  const whole = new Set(members.flatMap(([key, value]) => (value === undefined ? [key] : [])));
  const pairs = new Map(members.filter(([key, value]) => value !== undefined && !whole.has(key)));
  return [...[...whole].map((key) => [key, undefined] as const), ...pairs];
}
