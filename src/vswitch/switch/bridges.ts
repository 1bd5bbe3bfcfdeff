import type { Draft, DraftRow } from '../draft/index.js';
import { NoBridgeError, RefusedError } from '../errors.js';

/** A bridge as ovs-vsctl(8) sees it: real, or "fake", which is the ports of one VLAN of its parent. */
export interface Bridge {
  readonly name: string;
  /** The row in Bridge; a fake bridge has its parent's. */
  readonly row: DraftRow;
  readonly parent: Bridge | undefined;
  /** 0 for a real bridge. */
  readonly vlan: number;
  /** The port that a fake bridge is. */
  readonly port: DraftRow | undefined;
}

/** The switch itself: the only row of Open_vSwitch. A database that is empty gets it. */
export function rootOf(draft: Draft): DraftRow {
  return draft.rows('Open_vSwitch')[0] ?? draft.insert('Open_vSwitch');
}

function isAttached(draft: Draft, row: DraftRow): boolean {
  const [root] = draft.rows('Open_vSwitch');
  if (!root) return false;
  // A bridge that only a sample collector refers to stays in its table, and is no bridge of the switch.
  return (draft.get(root, 'bridges') as readonly string[]).includes(row.uuid);
}

/** The real bridges. */
export function realBridges(draft: Draft): Bridge[] {
  const rows = draft.rows('Bridge', ['_uuid', 'name']).filter((row) => isAttached(draft, row));
  return rows.map((row) => realBridge(draft, row));
}

function realBridge(draft: Draft, row: DraftRow): Bridge {
  const { table, uuid } = row;
  return { name: draft.get(row, 'name') as string, row: { table, uuid }, parent: undefined, vlan: 0, port: undefined };
}

/** What the bridges of a switch are told by. Thousands of ports may come to a bridge that is looked for once. */
const BRIDGES = [
  ['Bridge', 'name'],
  ['Open_vSwitch', 'bridges'],
] as const;

function findReal(draft: Draft, name: string): Bridge | undefined {
  return draft.once(`bridge ${name}`, BRIDGES, () => lookForReal(draft, name));
}

function lookForReal(draft: Draft, name: string): Bridge | undefined {
  const row = draft.find('Bridge', 'name', name).find((candidate) => isAttached(draft, candidate));
  return row && realBridge(draft, row);
}

/** The real bridge that a port is on. */
export function bridgeOfPortRow(draft: Draft, port: DraftRow): Bridge | undefined {
  const row = draft.referrers('Bridge', 'ports', port.uuid).find((candidate) => isAttached(draft, candidate));
  return row && realBridge(draft, row);
}

function fakeVlan(draft: Draft, port: DraftRow): number | undefined {
  if (draft.get(port, 'fake_bridge') !== true) return undefined;
  return vlanOf(draft, port);
}

/** The VLAN of an access port. */
export function vlanOf(draft: Draft, port: DraftRow): number | undefined {
  const tag = draft.get(port, 'tag') as number | null;
  return tag !== null && tag >= 0 && tag <= 4095 ? tag : undefined;
}

function asFake(draft: Draft, port: DraftRow): Bridge | undefined {
  const vlan = fakeVlan(draft, port);
  const name = draft.get(port, 'name') as string;
  if (vlan === undefined || findReal(draft, name)) return undefined;
  const parent = bridgeOfPortRow(draft, port);
  return parent && { name, row: parent.row, parent, vlan, port };
}

/** The fake bridges. */
export function fakeBridges(draft: Draft): Bridge[] {
  return draft.find('Port', 'fake_bridge', true).flatMap((port) => asFake(draft, port) ?? []);
}

/** The fake bridges of a real one. */
export function childrenOf(draft: Draft, parent: Bridge): Bridge[] {
  return fakeBridges(draft).filter((bridge) => bridge.row.uuid === parent.row.uuid);
}

/** The fake bridge on a VLAN of a real one. */
export function vlanBridge(draft: Draft, parent: Bridge, vlan: number): Bridge | undefined {
  return childrenOf(draft, parent).find((bridge) => bridge.vlan === vlan);
}

/** A bridge by its name, real before fake. */
export function findBridge(draft: Draft, name: string): Bridge | undefined {
  const real = findReal(draft, name);
  if (real) return real;
  for (const port of draft.find('Port', 'name', name)) {
    const fake = asFake(draft, port);
    if (fake) return fake;
  }
  return undefined;
}

/** @throws {NoBridgeError} */
export function getBridge(draft: Draft, name: string): Bridge {
  const bridge = findBridge(draft, name);
  if (!bridge) throw new NoBridgeError(name);
  return bridge;
}

/** @throws {NoBridgeError}; {@link RefusedError} when the bridge is a fake one. */
export function getRealBridge(draft: Draft, name: string): Bridge {
  const bridge = getBridge(draft, name);
  if (bridge.parent) throw new RefusedError(`${name} is a fake bridge`);
  return bridge;
}
