import type { InterfaceOptions, InterfaceRow, SwitchTables, SwitchTransaction } from '../vswitch/index.js';
import type { Change } from './steps.js';

/** Adds to a transaction what takes a change back, if it was made and nobody has changed the same since. */
export type Reversal = (tx: SwitchTransaction) => void;

/**
 * How to take `change` back; `tables` shows the switch as it is before the change.
 *
 * @returns `undefined` when there is nothing to take back, or no way to.
 */
export function reversalOf(change: Change, tables: SwitchTables): Reversal | undefined {
  switch (change.change) {
    case 'add-bridge': {
      const { bridge } = change;
      return tables.bridge(bridge) ? undefined : (tx) => tx.deleteBridge(bridge, { ifExists: true });
    }
    case 'add-port': {
      const { bridge, port } = change;
      if (tables.port(port)) return undefined;
      return (tx) => {
        if (isOn(tables, bridge, port)) tx.deletePort(port, { bridge });
      };
    }
    case 'set-interface': {
      const before = tables.interface(change.interface);
      return before && ((tx) => restore(tx, tables, before, change));
    }
    case 'delete-port':
      return undefined;
  }
}

/** A port that has moved to another bridge meanwhile is no longer ours. */
function isOn(tables: SwitchTables, bridge: string, port: string): boolean {
  const row = tables.port(port);
  return row !== undefined && tables.bridgeOfPort(row)?.name === bridge;
}

function restore(tx: SwitchTransaction, tables: SwitchTables, before: InterfaceRow, set: InterfaceOptions): void {
  const now = tables.interface(before.name);
  // Another row of that name is somebody else's.
  if (now?._uuid !== before._uuid) return;
  tx.setInterface(before.name, {
    type: set.type !== undefined && now.type === set.type ? before.type : undefined,
    mtuRequest: set.mtuRequest !== undefined && now.mtu_request === set.mtuRequest ? before.mtu_request : undefined,
    options: pairs(set.options, now.options, before.options),
    externalIds: pairs(set.externalIds, now.external_ids, before.external_ids),
  });
}

/** The keys that still have the value that was set, each with the value it had before, or `null` if it was not there. */
function pairs(
  set: InterfaceOptions['options'],
  now: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, string>,
): { [key: string]: string | null } {
  const ours = Object.entries(set ?? {}).filter(([key, value]) => now.get(key) === value);
  return Object.fromEntries(
    ours.map(([key]) => [key, before.get(key) ?? null] as const).filter(([key, value]) => value !== now.get(key)),
  );
}
