import type { Draft, DraftRow } from '../draft/index.js';
import { PortOnOtherBridgeError, RefusedError } from '../errors.js';
import { type Bridge, childrenOf, findBridge, getBridge, rootOf, vlanBridge } from './bridges.js';
import { checkFree, interfacesOf, type Port, portsOf } from './ports.js';

export interface AddBridgeRequest {
  /** Leaves a bridge that is there as it is. */
  readonly mayExist?: boolean | undefined;
  /** Makes a fake bridge: the ports of one VLAN of a real bridge. */
  readonly fake?: { readonly parent: string; readonly vlan: number } | undefined;
}

/**
 * Adds a bridge with its own port. Equivalent to `ovs-vsctl [--may-exist] add-br NAME [PARENT VLAN]`.
 *
 * @returns the row of the bridge, or of the port that a fake bridge is; nothing when it was there.
 */
export function addBridge(draft: Draft, name: string, { mayExist, fake }: AddBridgeRequest): DraftRow | undefined {
  if (name === '') throw new RefusedError('bridge name must not be empty string');
  if (mayExist) {
    const bridge = findBridge(draft, name);
    if (bridge) {
      checkSame(name, bridge, fake);
      return undefined;
    }
  }
  checkFree(draft, name, `cannot create a bridge named ${name}`);
  if (fake) return addFake(draft, name, fake);
  const port = insertPort(draft, name, {});
  const bridge = draft.insert('Bridge', { name, ports: [port.uuid] });
  draft.add(rootOf(draft), 'bridges', [[bridge.uuid, undefined]]);
  return bridge;
}

function insertPort(draft: Draft, name: string, values: Parameters<Draft['insert']>[1]): DraftRow {
  const added = draft.insert('Interface', { name, type: 'internal' });
  return draft.insert('Port', { name, interfaces: [added.uuid], ...values });
}

function addFake(draft: Draft, name: string, { parent: parentName, vlan }: { parent: string; vlan: number }): DraftRow {
  const parent = findBridge(draft, parentName);
  if (parent?.parent) throw new RefusedError('cannot create bridge with fake bridge as parent');
  if (!parent) throw new RefusedError(`parent bridge ${parentName} does not exist`);
  const conflict = vlanBridge(draft, parent, vlan);
  if (conflict) {
    throw new RefusedError(`bridge ${parentName} already has a child VLAN bridge ${conflict.name} on VLAN ${vlan}`);
  }
  guardFakes(draft);
  const port = insertPort(draft, name, { fake_bridge: true, tag: vlan });
  draft.add(parent.row, 'ports', [[port.uuid, undefined]]);
  return port;
}

/** The database's indexes don't know of fake bridges: no other may come or go meanwhile. */
function guardFakes(draft: Draft): void {
  draft.guardFound('Port', 'fake_bridge', true, ['name', 'tag']);
}

function checkSame(name: string, bridge: Bridge, fake: { parent: string; vlan: number } | undefined): void {
  if (!fake) {
    if (!bridge.parent) return;
    throw new RefusedError(`"--may-exist add-br ${name}" but ${name} is a VLAN bridge for VLAN ${bridge.vlan}`);
  }
  const command = `"--may-exist add-br ${name} ${fake.parent} ${fake.vlan}"`;
  if (!bridge.parent) throw new RefusedError(`${command} but ${name} is not a VLAN bridge`);
  if (bridge.parent.name !== fake.parent) {
    throw new RefusedError(`${command} but ${name} has the wrong parent ${bridge.parent.name}`);
  }
  if (bridge.vlan !== fake.vlan) {
    throw new RefusedError(`${command} but ${name} is a VLAN bridge for the wrong VLAN ${bridge.vlan}`);
  }
}

/** Deletes a bridge with its ports and fake bridges. Equivalent to `ovs-vsctl [--if-exists] del-br NAME`. */
export function deleteBridge(draft: Draft, name: string, { ifExists }: { ifExists?: boolean | undefined }): void {
  const bridge = ifExists ? findBridge(draft, name) : getBridge(draft, name);
  if (!bridge) return;
  if (bridge.parent) {
    for (const row of portsOf(draft, bridge)) removePort(draft, bridge, row);
    return;
  }
  // The ports go with the bridge: nothing else refers to them.
  for (const child of childrenOf(draft, bridge)) draft.drop(child.port!);
  draft.remove(rootOf(draft), 'bridges', [[bridge.row.uuid, undefined]]);
  for (const port of draft.inserted(bridge.row, 'ports', 'Port')) {
    for (const each of draft.inserted(port, 'interfaces', 'Interface')) draft.drop(each);
    draft.drop(port);
  }
  draft.dropWhole(bridge.row);
}

/** Takes a port off its bridge; it and its interfaces go, for nothing else refers to them. */
export function removePort(draft: Draft, bridge: Bridge, row: DraftRow): void {
  const interfaces = interfacesOf(draft, row);
  draft.remove(bridge.row, 'ports', [[row.uuid, undefined]]);
  for (const each of interfaces) draft.drop(each);
  draft.drop(row);
}

/** What del-port says of a port that is not where it is said to be. */
export function checkBridge(port: Port, bridge: Bridge, portName: string): void {
  if (port.bridge.name === bridge.name) return;
  const missing = `bridge ${bridge.name} does not have a port ${portName}`;
  if (port.bridge.parent?.name === bridge.name) {
    const message = `${missing} (although its child bridge ${port.bridge.name} does)`;
    throw new PortOnOtherBridgeError(portName, bridge.name, port.bridge.name, message);
  }
  throw new PortOnOtherBridgeError(portName, bridge.name, port.bridge.name, missing);
}
