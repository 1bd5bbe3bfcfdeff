import type { Mutation, Operation } from '../../ovsdb/operations.js';
import { type ColumnType, columnSchema, type TableSchema, tableSchema } from '../../ovsdb/schema.js';
import { type Atom, NamedUuid, type Value, type ValueInput } from '../../ovsdb/values.js';
import type { ChangedRow } from './changed-row.js';
import { type Change, Delta, type Members } from './column.js';
import type { Draft } from './draft.js';

/** Writes a draft as operations: checks first, then row by row in the order of the first change. */
export function writeOperations(draft: Draft): Operation[] {
  const rows: Operation[] = [];
  const checks: Operation[] = [];
  for (const row of draft.changed.values()) {
    writeRow(draft, row, rows);
    // A mutation of a row that has gone is no error to the server: the row must still be there.
    if (!row.inserted && (!row.deleted || row.dropped)) checks.push(existence(row));
  }
  return rows.length === 0 ? [] : [...draft.guards, ...checks, ...rows];
}

function existence({ table, uuid }: ChangedRow): Operation {
  const where = [['_uuid', '==', uuid]] as const;
  return { op: 'wait', table, where, columns: ['_uuid'], until: '==', rows: [{ _uuid: uuid }], timeout: 0 };
}

function writeRow(draft: Draft, row: ChangedRow, into: Operation[]): void {
  const { table, uuid } = row;
  const schema = tableSchema(draft.schema, table);
  if (row.inserted) {
    if (!row.deleted) into.push(insertion(draft, row, schema));
    return;
  }
  if (row.deleted && schema.isRoot && !row.dropped) {
    // Rows of other tables go when nothing refers to them, and not before.
    into.push({ op: 'delete', table, where: [['_uuid', '==', uuid]] });
    return;
  }
  let writes: Record<string, ValueInput> | undefined;
  const mutations: Mutation[] = [];
  for (const name of row.columns.keys()) {
    if (row.deleted && !holds(draft, schema, name)) continue;
    const change = draft.effective(row, name);
    if (change === undefined) continue;
    const { type } = columnSchema(schema, name);
    if (change instanceof Delta) writeDelta(draft, name, change, type.value !== undefined, mutations);
    else {
      writes ??= {};
      writes[name] = written(draft, type, change);
    }
  }
  const where = [['_uuid', '==', uuid]] as const;
  if (writes) into.push({ op: 'update', table, where, row: writes });
  if (mutations.length > 0) into.push({ op: 'mutate', table, where, mutations });
}

/**
 * Whether a column keeps rows of a root table from being deleted. The server looks for references before it takes away a row
 * that nothing refers to any more, so what is let go of in the same transaction has to be written all the same.
 */
function holds({ schema }: Draft, table: TableSchema, column: string): boolean {
  const { key, value } = columnSchema(table, column).type;
  return [key, value].some((base) => base?.refTable !== undefined && tableSchema(schema, base.refTable).isRoot);
}

function insertion(draft: Draft, row: ChangedRow, schema: TableSchema): Operation {
  const { table, uuid } = row;
  const values: Record<string, ValueInput> = {};
  // Not by entries, each of which would be an array: this is done for every port.
  for (const name of row.columns.keys()) {
    const change = row.columns.get(name) as Change;
    const value = change instanceof Delta ? draft.get(row, name) : change;
    values[name] = written(draft, columnSchema(schema, name).type, value);
  }
  // ovsdb-server 3.1 refers to a row by its name even where its uuid is chosen (ovsdb-server(7), section 5.2.1).
  return row.chosen
    ? { op: 'insert', table, row: values, uuid }
    : { op: 'insert', table, row: values, uuidName: row.wireName };
}

function written(draft: Draft, type: ColumnType, value: Value): ValueInput {
  return type.key.type === 'uuid' || type.value?.type === 'uuid' ? referTo(draft, value) : (value as ValueInput);
}

function writeDelta(draft: Draft, name: string, { insert, remove }: Delta, isMap: boolean, into: Mutation[]): void {
  if (remove.size > 0) {
    const keys: (Atom | NamedUuid)[] = [];
    const pairs: [Atom, Atom][] = [];
    for (const [key, value] of remove) {
      if (value === undefined) keys.push(named(draft, key));
      else pairs.push([key, value]);
    }
    if (keys.length > 0) into.push([name, 'delete', keys]);
    if (pairs.length > 0) into.push([name, 'delete', mapOf(draft, pairs)]);
  }
  if (insert.size === 0) return;
  if (isMap) {
    into.push([name, 'insert', mapOf(draft, [...insert])]);
    return;
  }
  const elements: (Atom | NamedUuid)[] = [];
  for (const key of insert.keys()) elements.push(named(draft, key));
  into.push([name, 'insert', elements]);
}

function mapOf(draft: Draft, pairs: Members): ReadonlyMap<Atom | NamedUuid, Atom | NamedUuid> {
  return new Map(pairs.map(([key, value]) => [named(draft, key), named(draft, value!)]));
}

function named(draft: Draft, atom: Atom): Atom | NamedUuid {
  const row = typeof atom === 'string' ? draft.changed.get(atom) : undefined;
  return row?.inserted && !row.chosen ? new NamedUuid(row.wireName) : atom;
}

function referTo(draft: Draft, value: Value): ValueInput {
  if (value instanceof Map) return mapOf(draft, [...value]);
  if (Array.isArray(value)) return value.map((element: Atom) => named(draft, element));
  return value === null ? null : named(draft, value as Atom);
}
