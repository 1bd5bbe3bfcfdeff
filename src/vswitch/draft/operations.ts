import type { Mutation, Operation } from '../../ovsdb/operations.js';
import { columnSchema, type TableSchema, tableSchema } from '../../ovsdb/schema.js';
import { type Atom, NamedUuid, type Value, type ValueInput } from '../../ovsdb/values.js';
import type { ChangedRow } from './changed-row.js';
import { Delta, type Members } from './column.js';
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
  if (row.deleted) {
    // Rows of other tables go when nothing refers to them, and not before.
    const own = schema.isRoot && !row.inserted && !row.dropped;
    if (own) into.push({ op: 'delete', table, where: [['_uuid', '==', uuid]] });
    if (own || row.inserted) return;
  }
  const writes: Record<string, ValueInput> = {};
  const mutations: Mutation[] = [];
  for (const name of row.columns.keys()) {
    if (row.deleted && !holds(draft, schema, name)) continue;
    const change = draft.effective(row, name);
    if (change === undefined) continue;
    const { type } = columnSchema(schema, name);
    const refers = type.key.type === 'uuid' || type.value?.type === 'uuid';
    if (row.inserted || !(change instanceof Delta)) {
      const value = draft.get(row, name);
      writes[name] = refers ? referTo(draft, value) : (value as ValueInput);
    } else mutations.push(...writeDelta(draft, name, change, type.value !== undefined));
  }
  if (row.inserted) {
    into.push({ op: 'insert', table, row: writes, ...identify(row) });
    return;
  }
  const where = [['_uuid', '==', uuid]] as const;
  if (Object.keys(writes).length > 0) into.push({ op: 'update', table, where, row: writes });
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

/** ovsdb-server 3.1 refers to a row by its name even where its uuid is chosen (ovsdb-server(7), section 5.2.1). */
function identify(row: ChangedRow): { uuidName?: string; uuid?: string } {
  return row.chosen ? { uuid: row.uuid } : { uuidName: row.wireName };
}

function writeDelta(draft: Draft, name: string, { insert, remove }: Delta, isMap: boolean): Mutation[] {
  const mutations: Mutation[] = [];
  const keys: (Atom | NamedUuid)[] = [];
  const pairs: [Atom, Atom][] = [];
  for (const [key, value] of remove) {
    if (value === undefined) keys.push(named(draft, key));
    else pairs.push([key, value]);
  }
  if (keys.length > 0) mutations.push([name, 'delete', keys]);
  if (pairs.length > 0) mutations.push([name, 'delete', mapOf(draft, pairs)]);
  if (insert.size > 0) {
    const members = [...insert];
    mutations.push([name, 'insert', isMap ? mapOf(draft, members) : members.map(([key]) => named(draft, key))]);
  }
  return mutations;
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
