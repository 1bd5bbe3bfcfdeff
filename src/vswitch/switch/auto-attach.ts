import type { Draft, DraftRow } from '../draft/index.js';
import { type Bridge, getBridge } from './bridges.js';

function attachOf(draft: Draft, bridge: Bridge): DraftRow | undefined {
  const uuid = draft.get(bridge.row, 'auto_attach') as string | null;
  return uuid === null ? undefined : { table: 'AutoAttach', uuid };
}

/** Equivalent to `ovs-vsctl add-aa-mapping BRIDGE I-SID VLAN`. */
export function addMapping(draft: Draft, name: string, isid: number, vlan: number): void {
  const bridge = getBridge(draft, name);
  let row = attachOf(draft, bridge);
  if (!row) {
    row = draft.insert('AutoAttach');
    draft.set(bridge.row, 'auto_attach', row.uuid);
  }
  draft.add(row, 'mappings', [[isid, vlan]]);
}

/** Equivalent to `ovs-vsctl del-aa-mapping BRIDGE I-SID VLAN`. */
export function deleteMapping(draft: Draft, name: string, isid: number, vlan: number): void {
  const row = attachOf(draft, getBridge(draft, name));
  if (row) draft.remove(row, 'mappings', [[isid, vlan]]);
}

/** Equivalent to `ovs-vsctl get-aa-mapping BRIDGE`. */
export function mappingsOf(draft: Draft, name: string): ReadonlyMap<number, number> {
  const row = attachOf(draft, getBridge(draft, name));
  return row ? (draft.get(row, 'mappings') as ReadonlyMap<number, number>) : new Map();
}
