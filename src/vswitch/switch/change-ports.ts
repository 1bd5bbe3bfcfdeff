import type { Draft, DraftRow } from '../draft/index.js';
import { PortOnOtherBridgeError, RefusedError } from '../errors.js';
import { findBridge, getBridge } from './bridges.js';
import { checkBridge, removePort } from './change-bridges.js';
import { checkFree, findInterface, findPort, getInterface, getPort, interfacesOf, type Port } from './ports.js';

export interface AddPortRequest {
  readonly bridge: string;
  readonly port: string;
  /** One makes a plain port, several a bond. */
  readonly interfaces: readonly string[];
  /** Leaves a port that is there, on that bridge and of these interfaces, as it is. */
  readonly mayExist?: boolean | undefined;
  /** A bond that legacy software sees as an interface. */
  readonly fakeInterface?: boolean | undefined;
  /** The command as errors quote it. */
  readonly command: string;
}

/** Sets columns of a port and of its interfaces before it is on its bridge. */
export type SettlePort = (port: DraftRow, interfaces: readonly DraftRow[]) => void;

/**
 * Adds a port. Equivalent to `ovs-vsctl [--may-exist] add-port` and `add-bond`.
 *
 * @returns the port's row; nothing when it was there.
 */
export function addPort(draft: Draft, request: AddPortRequest, settle?: SettlePort): DraftRow | undefined {
  const { bridge: bridgeName, port: name, interfaces } = request;
  if (request.mayExist && isThere(draft, request)) return undefined;
  checkFree(draft, name, `cannot create a port named ${name}`);
  for (const each of interfaces) {
    if (each !== name) checkFree(draft, each, `cannot create an interface named ${each}`);
  }
  const bridge = getBridge(draft, bridgeName);
  const rows = interfaces.map((each) => draft.insert('Interface', { name: each }));
  const port = draft.insert('Port', {
    name,
    interfaces: rows.map(({ uuid }) => uuid),
    bond_fake_iface: request.fakeInterface || undefined,
  });
  if (bridge.parent) {
    draft.set(port, 'tag', bridge.vlan);
    draft.guardRow(bridge.port!, ['fake_bridge', 'tag']);
  }
  settle?.(port, rows);
  draft.add(bridge.row, 'ports', [[port.uuid, undefined]]);
  return port;
}

function isThere(draft: Draft, { port: name, bridge, interfaces, command }: AddPortRequest): boolean {
  const port = findPort(draft, name);
  if (!port) return false;
  if (port.bridge.name !== bridge) {
    const actual = port.bridge.name;
    const message = `"${command}" but ${name} is actually attached to bridge ${actual}`;
    throw new PortOnOtherBridgeError(name, bridge, actual, message);
  }
  const have = namesOf(draft, port);
  if (have.join('\n') !== [...interfaces].sort().join('\n')) {
    throw new RefusedError(`"${command}" but ${name} actually has interface(s) ${have.join(', ')}`);
  }
  return true;
}

function namesOf(draft: Draft, port: Port): string[] {
  return interfacesOf(draft, port.row)
    .map((row) => draft.get(row, 'name') as string)
    .sort();
}

export interface DeletePortRequest {
  readonly bridge?: string | undefined;
  readonly target: string;
  readonly ifExists?: boolean | undefined;
  /** The target may also be an interface of the port. */
  readonly withInterface?: boolean | undefined;
}

/** Deletes a port. Equivalent to `ovs-vsctl [--if-exists] [--with-iface] del-port [BRIDGE] PORT`. */
export function deletePort(draft: Draft, { bridge, target, ifExists, withInterface }: DeletePortRequest): void {
  if (findBridge(draft, target)) {
    if (ifExists) return;
    throw new RefusedError(
      `cannot delete port ${target} because it is the local port for bridge ${target} ` +
        '(deleting this port requires deleting the entire bridge)',
    );
  }
  let port = withInterface || ifExists ? findPort(draft, target) : getPort(draft, target);
  if (withInterface) {
    port ??= findInterface(draft, target)?.port;
    if (!port && !ifExists) throw new RefusedError(`no port or interface named ${target}`);
  }
  if (!port) return;
  if (bridge !== undefined) checkBridge(port, getBridge(draft, bridge), target);
  removePort(draft, port.bridge, port.row);
}

/** Adds an interface to a port. Equivalent to `ovs-vsctl [--may-exist] add-bond-iface BOND IFACE`. */
export function addBondInterface(
  draft: Draft,
  bond: string,
  name: string,
  { mayExist, command }: { mayExist?: boolean | undefined; command: string },
): void {
  const port = getPort(draft, bond);
  if (mayExist) {
    const found = findInterface(draft, name);
    if (found) {
      if (found.port.row.uuid === port.row.uuid) return;
      throw new RefusedError(`"${command}" but ${name} is actually attached to port ${found.port.name}`);
    }
  }
  checkFree(draft, name, `cannot create an interface named ${name}`);
  const row = draft.insert('Interface', { name });
  draft.add(port.row, 'interfaces', [[row.uuid, undefined]]);
}

/** Takes an interface out of its port. Equivalent to `ovs-vsctl [--if-exists] del-bond-iface [BOND] IFACE`. */
export function deleteBondInterface(
  draft: Draft,
  name: string,
  { bond, ifExists }: { bond?: string | undefined; ifExists?: boolean | undefined },
): void {
  const found = ifExists ? findInterface(draft, name) : getInterface(draft, name);
  if (!found) return;
  if (bond !== undefined && getPort(draft, bond).row.uuid !== found.port.row.uuid) {
    throw new RefusedError(`port ${bond} does not have an interface ${name}`);
  }
  if (interfacesOf(draft, found.port.row).length < 2) {
    throw new RefusedError(`cannot delete last interface from port ${found.port.name}`);
  }
  // Two clients that take out the last two at once must not leave the port with none.
  draft.guardRow(found.port.row, ['interfaces']);
  draft.remove(found.port.row, 'interfaces', [[found.row.uuid, undefined]]);
  draft.drop(found.row);
}
