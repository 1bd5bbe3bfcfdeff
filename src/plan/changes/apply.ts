import { InvalidArgumentError } from '../../base/errors.js';
import type { Atom, Value } from '../../ovsdb/values.js';
import { type ColumnValues, ConditionError, RefusedError, type SwitchTransaction } from '../../vswitch/index.js';
import { typeOf, type Wish, wishesOf } from './columns.js';
import type { Change, Columns } from './types.js';

type Row = NonNullable<ReturnType<SwitchTransaction['find']>>;
type Refs = ReadonlyMap<string, Row>;

/** Adds changes to a transaction, in order. */
export function applyChanges(changes: readonly Change[], tx: SwitchTransaction): void {
  const refs = new Map<string, Row>();
  // ovs-vsctl too lets a row be referred to before it is created.
  for (const change of changes) {
    if (change.change !== 'create') continue;
    if (!/^[A-Za-z_]\w*$/.test(change.id) || refs.has(change.id)) {
      throw new InvalidArgumentError(`id ${JSON.stringify(change.id)} must be a word of its own`);
    }
    refs.set(change.id, tx.create(change.table, {}));
  }
  for (const change of changes) apply(change, tx, refs);
}

function apply(change: Change, tx: SwitchTransaction, refs: Refs): void {
  switch (change.change) {
    case 'add-bridge': {
      const { bridge, fake, mayExist, columns } = change;
      tx.addBridge(bridge, { fake, mayExist });
      if (columns) set(tx, refs, 'Bridge', bridge, columns);
      break;
    }
    case 'delete-bridge':
      tx.deleteBridge(change.bridge, change);
      break;
    case 'add-port': {
      const { bridge, port, mayExist, columns } = change;
      tx.addPort(bridge, port, { mayExist });
      if (columns) set(tx, refs, 'Port', port, columns);
      if (change.interface) set(tx, refs, 'Interface', port, change.interface);
      break;
    }
    case 'add-bond': {
      const { bridge, port, members, mayExist, fakeInterface, columns, interfaces = {} } = change;
      tx.addBond(bridge, port, members, { mayExist, fakeInterface });
      if (columns) set(tx, refs, 'Port', port, columns);
      for (const [member, each] of Object.entries(interfaces)) set(tx, refs, 'Interface', member, each);
      break;
    }
    case 'delete-port':
      tx.deletePort(change.port, change);
      break;
    case 'set-bridge-external-id':
      tx.setExternalId(change.bridge, change.key, change.value ?? undefined);
      break;
    case 'set':
      set(tx, refs, change.table, change.record, change.columns, change.ifExists);
      break;
    case 'create':
      setRow(tx, refs, refs.get(change.id)!, change.columns);
      break;
    case 'wait':
      check(tx, change.table, change.record, change.columns);
      break;
    default: {
      const row = find(tx, change.table, change.record, change.ifExists);
      if (row) applyToRow(change, tx, refs, row);
    }
  }
}

type RowChange = Extract<Change, { change: 'add' | 'remove' | 'clear' | 'destroy' }>;

function applyToRow(change: RowChange, tx: SwitchTransaction, refs: Refs, row: Row): void {
  switch (change.change) {
    case 'add':
      tx.add(row, change.column, resolved(refs, row.table, change.column, change.values));
      break;
    case 'remove':
      tx.remove(row, change.column, resolved(refs, row.table, change.column, change.values));
      break;
    case 'clear':
      tx.clear(row, ...change.columns);
      break;
    case 'destroy':
      tx.destroy(row);
      break;
  }
}

/** @throws {RefusedError} in ovs-vsctl's words */
function find(tx: SwitchTransaction, table: string, record: string, ifExists?: boolean): Row | undefined {
  const row = tx.record(table, record);
  if (!row && !ifExists) throw new RefusedError(`no row "${record}" in table ${table}`);
  return row;
}

function set(
  tx: SwitchTransaction,
  refs: Refs,
  table: string,
  record: string,
  columns: Columns,
  ifExists?: boolean,
): void {
  const row = find(tx, table, record, ifExists);
  if (row) setRow(tx, refs, row, columns);
}

function setRow(tx: SwitchTransaction, refs: Refs, row: Row, columns: Columns): void {
  const values: Record<string, Value> = {};
  for (const wish of wishesOf(row.table, columns)) {
    if (wish.kind === 'value') {
      values[wish.column] = scalarOrSet(row.table, wish, refs);
      continue;
    }
    const kept = [...wish.pairs].filter((pair): pair is [Atom, Atom] => pair[1] !== null);
    const gone = [...wish.pairs].flatMap(([key, value]) => (value === null ? [key] : []));
    const pairs = kept.map(([key, value]) => [key, reference(refs, row.table, wish.column, value)] as const);
    // Always: a device that was made anew needs ovs-vswitchd's attention, though its row is as it was.
    if (pairs.length > 0) tx.add(row, wish.column, new Map(pairs), { always: true });
    if (gone.length > 0) tx.remove(row, wish.column, gone);
  }
  if (Object.keys(values).length > 0) tx.set(row, values as ColumnValues);
}

function scalarOrSet(table: string, { column, atoms }: Extract<Wish, { kind: 'value' }>, refs: Refs): Value {
  const { type } = typeOf(table, column);
  if (type.value) return new Map();
  const values = resolved(refs, table, column, atoms);
  if (type.max !== 1) return values as Value;
  if (values.length > 1) throw new InvalidArgumentError(`${table}.${column} takes one value, not ${values.length}`);
  if (values.length < type.min) throw new InvalidArgumentError(`${table}.${column} must have a value`);
  return values[0] ?? null;
}

function resolved(refs: Refs, table: string, column: string, atoms: readonly Atom[]): Atom[] {
  return atoms.map((atom) => reference(refs, table, column, atom));
}

/** `@ID` in a uuid column is the row of that id. */
function reference(refs: Refs, table: string, column: string, atom: Atom): Atom {
  const { type } = typeOf(table, column);
  if ((type.value ?? type.key).type !== 'uuid' || typeof atom !== 'string' || !atom.startsWith('@')) return atom;
  const row = refs.get(atom.slice(1));
  if (!row) throw new InvalidArgumentError(`${table}.${column}: nothing creates ${atom}`);
  return row.uuid;
}

/** @throws {ConditionError} */
function check(tx: SwitchTransaction, table: string, record: string, columns: Columns): void {
  const row = find(tx, table, record);
  if (!row) return;
  const wishes = wishesOf(table, columns);
  for (const wish of wishes) {
    const now = tx.get(row, wish.column);
    if (!meets(now, wish)) {
      throw new ConditionError(`${wish.column} of ${table} ${record} is ${show(now)}, and not as the plan wants it`);
    }
  }
  tx.verify(row, ...wishes.map(({ column }) => column));
}

function meets(now: Value, wish: Wish): boolean {
  if (wish.kind === 'keys') {
    const pairs = now as ReadonlyMap<Atom, Atom>;
    return [...wish.pairs].every(([key, value]) => (value === null ? !pairs.has(key) : pairs.get(key) === value));
  }
  const atoms = now instanceof Map ? [...now.keys()] : Array.isArray(now) ? now : now === null ? [] : [now];
  return atoms.length === wish.atoms.length && wish.atoms.every((atom) => (atoms as Atom[]).includes(atom));
}

function show(value: Value): string {
  if (value instanceof Map) return `{${[...value].map(([key, each]) => `${key}=${each}`).join(', ')}}`;
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value ?? '[]');
}
