/** Rows as they were before they went, with all that goes with them; and how they come back, under their old uuids. */

import { type SelectedRow, select } from '../../ovsdb/index.js';
import { type ColumnType, type DatabaseSchema, tableSchema } from '../../ovsdb/schema.js';
import type { Atom, Value } from '../../ovsdb/values.js';
import { builtInSchema } from '../../vswitch/built-in-schema.js';
import type { Ovs, SwitchTransaction } from '../../vswitch/index.js';
import { UNDO_OPTIONS } from '../steps/kind.js';
import type { Row } from './rows.js';

interface Image extends Row {
  readonly columns: ReadonlyMap<string, Value>;
}

/** Where a row was referred to from without being held: a mirror of a port that went. */
interface WeakReference extends Row {
  readonly column: string;
  readonly target: string;
}

export interface Images {
  readonly rows: readonly Image[];
  readonly weak: readonly WeakReference[];
}

/** What ovs-vswitchd finds out anew, and what would mislead those who wait for it. */
const FOUND_OUT = new Set(['Interface.error', 'Port.bond_active_slave']);

/** Tables whose rows refer to ports without holding them. */
const WEAK: Record<string, readonly string[]> = {
  Mirror: ['select_src_port', 'select_dst_port', 'output_port'],
};

/**
 * A port that is about to go, with its interfaces. Sent at once, and so answered for what is there before whatever is sent
 * next; nobody waits for it unless the port has to come back.
 */
export async function readPort(ovs: Ovs, port: string, interfaces: readonly string[]): Promise<Images> {
  const held: Row[] = [{ table: 'Port', uuid: port }, ...interfaces.map((uuid) => ({ table: 'Interface', uuid }))];
  const places = Object.entries(WEAK).flatMap(([table, columns]) => columns.map((column) => ({ table, column })));
  const results = await ovs.client.transact(
    'Open_vSwitch',
    [
      ...held.map(({ table, uuid }) => select(table, [['_uuid', '==', uuid]], lasting(ovs.replica.schema, table))),
      ...places.map(({ table, column }) => select(table, [[column, 'includes', [port]]], ['_uuid'])),
    ],
    UNDO_OPTIONS,
  );
  const found = results.map((each) => (each as { rows: SelectedRow[] }).rows);
  const rows = held.flatMap((row, index) =>
    (found[index] ?? []).map((columns) => ({ ...row, columns: new Map(Object.entries(columns) as [string, Value][]) })),
  );
  const weak = places.flatMap((place, index) =>
    (found[held.length + index] ?? []).map(({ _uuid }) => ({ ...place, uuid: _uuid as string, target: port })),
  );
  return { rows, weak };
}

/** What a configuration consists of: neither uuids, nor what is lost when the server ends. */
function lasting(schema: DatabaseSchema, table: string): string[] {
  const { columns } = tableSchema(schema, table);
  return [...columns.values()].filter((each) => !each.ephemeral && !each.name.startsWith('_')).map(({ name }) => name);
}

/** Rows that are about to go, and all that only they hold. */
export function takeImages(tx: SwitchTransaction, roots: readonly Row[]): Images {
  if (roots.length === 0) return { rows: [], weak: [] };
  const rows: Image[] = [];
  for (let level = roots; level.length > 0; ) {
    const values = tx.getAll(level, undefined, Object.keys(WEAK));
    const images = level.map((row, index) => ({ table: row.table, uuid: row.uuid, columns: values[index]! }));
    rows.push(...images);
    level = images.flatMap(heldBy);
  }
  const gone = new Set(rows.map(({ uuid }) => uuid));
  const weak = Object.entries(WEAK).flatMap(([table, columns]) =>
    tx
      .list(table)
      .filter(({ uuid }) => !gone.has(uuid))
      .flatMap((row) =>
        columns.flatMap((column) =>
          elementsOf(tx.get(row, column))
            .filter((target) => gone.has(target))
            .map((target) => ({ table, uuid: row.uuid, column, target })),
        ),
      ),
  );
  return { rows, weak };
}

/** Brings the rows back. Whoever refers to the first of them strongly has to be told by the caller. */
export function restoreImages(tx: SwitchTransaction, { rows, weak }: Images): void {
  const back = new Set(rows.map(({ uuid }) => uuid));
  for (const { table, uuid, columns } of rows) {
    if (tx.record(table, uuid)) continue;
    const values = [...columns].filter(([column]) => !FOUND_OUT.has(`${table}.${column}`));
    tx.create(
      table,
      Object.fromEntries(values.map(([name, value]) => [name, still(tx, back, table, name, value)])),
      uuid,
    );
  }
  for (const { table, uuid, column, target } of weak) {
    const row = tx.record(table, uuid);
    if (!row) continue;
    const { type } = tableSchema(builtInSchema(), table).columns.get(column)!;
    if (type.max !== 1) tx.add(row, column, [target]);
    else if (tx.get(row, column) === null) tx.set(row, { [column]: target });
  }
}

/** Without references to what others have deleted meanwhile; and a port that could not be opened may be tried again. */
function still(tx: SwitchTransaction, back: ReadonlySet<string>, table: string, column: string, value: Value): Value {
  if (column === 'ofport' && (value as number) < 1) return null;
  const type = typeOfReference(table, column);
  if (!type) return value;
  const { refTable } = (type.value ?? type.key) as { refTable: string };
  const isThere = (uuid: Atom) => back.has(uuid as string) || tx.record(refTable, uuid as string) !== undefined;
  if (value instanceof Map) return new Map([...value].filter(([, uuid]) => isThere(uuid as Atom)) as [Atom, Atom][]);
  if (Array.isArray(value)) return value.filter((uuid) => isThere(uuid as Atom)) as Value;
  return value === null || isThere(value as Atom) ? value : null;
}

function typeOfReference(table: string, column: string): ColumnType | undefined {
  const type = tableSchema(builtInSchema(), table).columns.get(column)?.type;
  return (type?.value ?? type?.key)?.refTable === undefined ? undefined : type;
}

/** The rows that a column held before, and that go because it does no longer. */
export function droppedRows(table: string, column: string, before: Value, after: Value): Row[] {
  const held = heldByColumn(table, column, before);
  if (held.length === 0) return held;
  const kept = new Set(elementsOf(after));
  return held.filter(({ uuid }) => !kept.has(uuid));
}

/** The rows that a row holds: strong references to tables whose rows go when nothing refers to them. */
function heldBy({ table, columns }: Image): Row[] {
  return [...columns].flatMap(([column, value]) => heldByColumn(table, column, value));
}

function heldByColumn(table: string, column: string, value: Value): Row[] {
  const type = typeOfReference(table, column);
  const base = type && (type.value ?? type.key);
  if (!base?.refTable || base.refType === 'weak' || tableSchema(builtInSchema(), base.refTable).isRoot) return [];
  return elementsOf(value).map((uuid) => ({ table: base.refTable!, uuid }));
}

/** The uuids of a column that refers to rows. */
function elementsOf(value: Value): string[] {
  if (value instanceof Map) return [...value.values()] as string[];
  if (Array.isArray(value)) return value as string[];
  return value === null ? [] : [value as string];
}
