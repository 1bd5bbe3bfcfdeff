import type { Draft, DraftRow } from '../draft/index.js';
import { NameTakenError, NoPortError, RefusedError } from '../errors.js';
import { type Bridge, bridgeOfPortRow, childrenOf, findBridge, vlanBridge, vlanOf } from './bridges.js';

/** A port that is on a bridge. */
export interface Port {
  readonly name: string;
  readonly row: DraftRow;
  /** Where ovs-vsctl(8) sees it: on a fake bridge when the real one has one for the port's VLAN. */
  readonly bridge: Bridge;
}

/** An interface that is in a port. */
export interface Interface {
  readonly name: string;
  readonly row: DraftRow;
  readonly port: Port;
}

/** Ports up to this many are read one by one, more by a look at all. */
const ONE_BY_ONE = 32;

/** The tables that share names. */
const NAMED = ['Bridge', 'Port', 'Interface'];

/** What telling ports apart takes. */
const PORT_COLUMNS = ['_uuid', 'name', 'tag', 'fake_bridge', 'interfaces'];

function portOf(draft: Draft, row: DraftRow): Port | undefined {
  const real = bridgeOfPortRow(draft, row);
  if (!real) return undefined;
  const vlan = vlanOf(draft, row);
  const bridge = (vlan !== undefined && vlanBridge(draft, real, vlan)) || real;
  return { name: draft.get(row, 'name') as string, row, bridge };
}

/** Any port of that name, a bridge's own too. */
export function findAnyPort(draft: Draft, name: string): Port | undefined {
  for (const row of draft.find('Port', 'name', name)) {
    const port = portOf(draft, row);
    if (port) return port;
  }
  return undefined;
}

/** A port by its name; a bridge's own port is none. */
export function findPort(draft: Draft, name: string): Port | undefined {
  const port = findAnyPort(draft, name);
  return port?.bridge.name === name ? undefined : port;
}

/** @throws {NoPortError} */
export function getPort(draft: Draft, name: string): Port {
  const port = findPort(draft, name);
  if (!port) throw new NoPortError(name);
  return port;
}

/** Any interface of that name, a bridge's own too. */
export function findAnyInterface(draft: Draft, name: string): Interface | undefined {
  for (const row of draft.find('Interface', 'name', name)) {
    for (const portRow of draft.referrers('Port', 'interfaces', row.uuid)) {
      const port = portOf(draft, portRow);
      if (port) return { name, row, port };
    }
  }
  return undefined;
}

/** An interface by its name; a bridge's own is none. */
export function findInterface(draft: Draft, name: string): Interface | undefined {
  const found = findAnyInterface(draft, name);
  return found?.port.bridge.name === name ? undefined : found;
}

/** @throws {RefusedError} */
export function getInterface(draft: Draft, name: string): Interface {
  const found = findInterface(draft, name);
  if (!found) throw new RefusedError(`no interface named ${name}`);
  return found;
}

/** The rows of all ports of a real bridge. */
function portRows(draft: Draft, bridge: Bridge): DraftRow[] {
  const uuids = draft.get(bridge.row, 'ports') as readonly string[];
  if (uuids.length > ONE_BY_ONE) draft.rows('Port', PORT_COLUMNS);
  else for (const uuid of uuids) wantRow(draft, 'Port', uuid);
  return uuids.map((uuid) => ({ table: 'Port', uuid }));
}

/** Has a row read together with others, unless it is one of ours. */
function wantRow(draft: Draft, table: string, uuid: string): void {
  if (draft.changed.has(uuid)) return;
  draft.wantRow(table, uuid);
}

/** The ports of a bridge, its own among them. */
export function portsOf(draft: Draft, bridge: Bridge): DraftRow[] {
  const rows = portRows(draft, bridge);
  if (bridge.parent) return rows.filter((row) => vlanOf(draft, row) === bridge.vlan);
  const taken = new Set(childrenOf(draft, bridge).map(({ vlan }) => vlan));
  if (taken.size === 0) return rows;
  return rows.filter((row) => {
    const vlan = vlanOf(draft, row);
    return vlan === undefined || !taken.has(vlan);
  });
}

/** The names of a bridge's ports without its own. */
export function portNames(draft: Draft, bridge: Bridge): string[] {
  return portsOf(draft, bridge)
    .map((row) => draft.get(row, 'name') as string)
    .filter((name) => name !== bridge.name);
}

/** The names of the interfaces of a bridge's ports without its own. */
export function interfaceNames(draft: Draft, bridge: Bridge): string[] {
  const uuids = portsOf(draft, bridge).flatMap((row) => draft.get(row, 'interfaces') as readonly string[]);
  if (uuids.length > ONE_BY_ONE) draft.rows('Interface', ['_uuid', 'name']);
  else for (const uuid of uuids) wantRow(draft, 'Interface', uuid);
  return uuids
    .map((uuid) => draft.get({ table: 'Interface', uuid }, 'name') as string)
    .filter((name) => name !== bridge.name);
}

/** The names of a port's interfaces. */
export function interfacesOf(draft: Draft, port: DraftRow): DraftRow[] {
  const uuids = draft.get(port, 'interfaces') as readonly string[];
  for (const uuid of uuids) wantRow(draft, 'Interface', uuid);
  return uuids.map((uuid) => ({ table: 'Interface', uuid }));
}

/** Bridges, ports and interfaces share one space of names. @throws {NameTakenError} that begins with `message`. */
export function checkFree(draft: Draft, name: string, message: string): void {
  if (isFree(draft, name)) return;
  if (findBridge(draft, name)) throw new NameTakenError(`${message} because a bridge named ${name} already exists`);
  const port = findAnyPort(draft, name);
  if (port) {
    const on = port.bridge.name;
    throw new NameTakenError(`${message} because a port named ${name} already exists on bridge ${on}`);
  }
  const found = findAnyInterface(draft, name);
  if (!found) return;
  const on = found.port.bridge.name;
  throw new NameTakenError(`${message} because an interface named ${name} already exists on bridge ${on}`);
}

/** Whether no row has the name; one that nothing refers to any more may have it too. */
function isFree(draft: Draft, name: string): boolean {
  return NAMED.every((table) => draft.find(table, 'name', name).length === 0);
}
