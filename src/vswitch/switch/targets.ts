import type { Draft, DraftRow } from '../draft/index.js';
import { rootOf } from './bridges.js';

/** A row with targets: a bridge and its controllers, or the switch and its managers. */
interface Holder {
  readonly table: string;
  readonly row: DraftRow;
  readonly column: string;
}

/** The OpenFlow controllers of a bridge. */
export function controllersOf(bridge: DraftRow): Holder {
  return { table: 'Controller', row: bridge, column: 'controller' };
}

/** The OVSDB managers of the switch. */
export function managersOf(draft: Draft): Holder {
  return { table: 'Manager', row: rootOf(draft), column: 'manager_options' };
}

/** The targets, sorted. Equivalent to `ovs-vsctl get-controller BRIDGE` and `get-manager`. */
export function targetsOf(draft: Draft, { table, row, column }: Holder): string[] {
  const uuids = draft.get(row, column) as readonly string[];
  for (const uuid of uuids) if (!draft.changed.has(uuid)) draft.wantRow(table, uuid);
  return uuids.map((uuid) => draft.get({ table, uuid }, 'target') as string);
}

/**
 * Replaces the targets; none deletes them. Equivalent to `ovs-vsctl set-controller`, `del-controller`, `set-manager` and
 * `del-manager`.
 *
 * @param inactivityProbe in milliseconds.
 */
export function setTargets(
  draft: Draft,
  { table, row, column }: Holder,
  targets: readonly string[],
  inactivityProbe?: number | bigint,
): void {
  const old = draft.get(row, column) as readonly string[];
  if (old.length === 0 && targets.length === 0) return;
  for (const uuid of old) draft.drop({ table, uuid });
  const rows = targets.map((target) => draft.insert(table, { target, inactivity_probe: inactivityProbe }).uuid);
  draft.set(row, column, rows);
}
