import { InvalidArgumentError } from '../../base/errors.js';
import type { Ovs, SwitchTransaction } from '../../vswitch/index.js';
import { checkColumns } from './check-columns.js';
import { Recorder } from './record.js';
import { findRow, type Row } from './rows.js';
import { type Refs, resolved, setRow } from './set-columns.js';
import type { Change, Columns, CreateChange } from './types.js';

interface Context {
  readonly tx: SwitchTransaction;
  readonly refs: Refs;
  readonly recorder: Recorder;
}

/**
 * Adds changes to a transaction, in order.
 *
 * @param uuids what each row that is created gets as its uuid, by its id
 * @returns how to take them back, once they were committed
 */
export function applyChanges(
  changes: readonly Change[],
  tx: SwitchTransaction,
  ovs: Ovs,
  uuids: ReadonlyMap<string, string>,
): Recorder {
  const recorder = new Recorder(tx, ovs);
  const refs = new Map<string, Row>();
  // ovs-vsctl too lets a row be referred to before it is created.
  for (const { table, id } of creations(changes)) {
    const row = tx.create(table, {}, uuids.get(id));
    refs.set(id, row);
    recorder.created(row);
  }
  for (const change of changes) apply(change, { tx, refs, recorder });
  return recorder;
}

/** @throws {InvalidArgumentError} for an id that is no word, or is there twice */
export function creations(changes: readonly Change[]): CreateChange[] {
  const found = changes.filter((change) => change.change === 'create');
  const ids = new Set<string>();
  for (const { id } of found) {
    if (!/^[A-Za-z_]\w*$/.test(id) || ids.has(id)) {
      throw new InvalidArgumentError(`id ${JSON.stringify(id)} must be a word of its own`);
    }
    ids.add(id);
  }
  return found;
}

function apply(change: Change, context: Context): void {
  const { tx, refs, recorder } = context;
  switch (change.change) {
    case 'add-bridge': {
      const { bridge, fake, mayExist, columns } = change;
      recorder.addBridge(bridge, fake?.parent, () => tx.addBridge(bridge, { fake, mayExist }));
      set(context, 'Bridge', bridge, columns);
      break;
    }
    case 'delete-bridge':
      recorder.deleteBridge(change.bridge, () => tx.deleteBridge(change.bridge, { ifExists: change.ifExists }));
      break;
    case 'add-port': {
      const { bridge, port, mayExist, columns } = change;
      recorder.addPort(bridge, port, () => tx.addPort(bridge, port, { mayExist }));
      set(context, 'Port', port, columns);
      set(context, 'Interface', port, change.interface);
      break;
    }
    case 'add-bond': {
      const { bridge, port, members, mayExist, fakeInterface, columns, interfaces = {} } = change;
      recorder.addPort(bridge, port, () => tx.addBond(bridge, port, members, { mayExist, fakeInterface }));
      set(context, 'Port', port, columns);
      for (const [member, each] of Object.entries(interfaces)) set(context, 'Interface', member, each);
      break;
    }
    case 'delete-port': {
      const { bridge, port, ifExists, withInterface } = change;
      recorder.deletePort(port, () => tx.deletePort(port, { bridge, ifExists, withInterface }));
      break;
    }
    case 'set-bridge-external-id': {
      // A fake bridge's are its port's.
      const row = tx.record('Bridge', change.bridge) ?? findRow(tx, 'Port', change.bridge)!;
      recorder.change(row, ['external_ids'], () =>
        tx.setExternalId(change.bridge, change.key, change.value ?? undefined),
      );
      break;
    }
    case 'set':
      set(context, change.table, change.record, change.columns, change.ifExists);
      break;
    case 'create':
      setRow(tx, refs, refs.get(change.id)!, change.columns);
      break;
    case 'wait':
      checkColumns(tx, change.table, change.record, change.columns);
      break;
    default: {
      const row = findRow(tx, change.table, change.record, change.ifExists);
      if (row) applyToRow(change, context, row);
    }
  }
}

type RowChange = Extract<Change, { change: 'add' | 'remove' | 'clear' | 'destroy' }>;

function applyToRow(change: RowChange, { tx, refs, recorder }: Context, row: Row): void {
  switch (change.change) {
    case 'add':
    case 'remove': {
      const { column, values } = change;
      recorder.change(row, [column], () => tx[change.change](row, column, resolved(refs, row.table, column, values)));
      break;
    }
    case 'clear':
      recorder.change(row, change.columns, () => tx.clear(row, ...change.columns));
      break;
    case 'destroy':
      recorder.destroy(row, () => tx.destroy(row));
      break;
  }
}

function set(
  { tx, refs, recorder }: Context,
  table: string,
  record: string,
  columns: Columns | undefined,
  ifExists = false,
): void {
  const names = Object.keys(columns ?? {}).filter((name) => columns![name] !== undefined);
  if (names.length === 0) return;
  const row = findRow(tx, table, record, ifExists);
  if (row) recorder.change(row, names, () => setRow(tx, refs, row, columns!));
}
