/** What an owner has made beside ports: devices, and bridges of ports' own on the switch. */
import { isNoDevice, type LinkDetails, listAddresses, listLinkDetails } from '../netdev/index.js';
import type { BridgeRow, Ovs } from '../vswitch/index.js';
import { readMark, readMarkIds } from './mark.js';
import type { OwnedPort } from './stale.js';

export interface Belongings {
  /** Devices that were made for a port, by the port's name. */
  readonly devices: ReadonlyMap<string, readonly Device[]>;
  /** Bridges of the switch that were made for a port, by the port's name. */
  readonly portBridges: ReadonlyMap<string, PortBridge>;
  /** What was made for a Linux bridge that VIFs of a network share, by its name: the bridge, VLAN devices. */
  readonly networks: ReadonlyMap<string, readonly Device[]>;
  /** Everybody's. */
  readonly links: readonly LinkDetails[];
}

export interface Device {
  readonly name: string;
  readonly index: number;
  /** The network's. */
  readonly bridge: string;
}

interface PortBridge {
  readonly uuid: string;
  readonly name: string;
  /** The network's. */
  readonly bridge: string;
}

/** What desired VIFs have. */
export interface Wanted {
  /** Ports and devices. */
  readonly names: ReadonlySet<string>;
  /** Bridges of networks. */
  readonly bridges: ReadonlySet<string>;
}

/** Read from the kernel and the replica. */
export async function belongingsOf({ tables }: Ovs, owner: string): Promise<Belongings> {
  const links = await listLinkDetails();
  const devices = new Map<string, Device[]>();
  const networks = new Map<string, Device[]>();
  for (const { name, index, alias, kind } of links) {
    const mark = readMark(alias);
    if (mark?.owner !== owner) continue;
    const shared = mark.port === undefined && kind !== 'tun';
    const [map, key] = shared ? [networks, mark.bridge] : [devices, mark.port ?? name];
    const of = map.get(key) ?? [];
    of.push({ name, index, bridge: mark.bridge });
    map.set(key, of);
  }
  return { devices, portBridges: portBridgesOf(tables.bridges.rows(), owner), networks, links };
}

function portBridgesOf(rows: Iterable<BridgeRow>, owner: string): Map<string, PortBridge> {
  const bridges = new Map<string, PortBridge>();
  for (const { _uuid: uuid, name, external_ids } of rows) {
    const mark = readMarkIds(external_ids);
    if (mark?.owner === owner && mark.port) bridges.set(mark.port, { uuid, name, bridge: mark.bridge });
  }
  return bridges;
}

/**
 * What was made for ports of some bridges that are not there, and that no desired VIF has: whoever made or unmade them was
 * killed in between.
 */
export function orphans({ tables }: Ovs, mine: Belongings, wanted: Wanted, bridges: ReadonlySet<string>): OwnedPort[] {
  const ports = [...new Set([...mine.devices.keys(), ...mine.portBridges.keys()])].sort();
  return ports.flatMap((name) => {
    if (wanted.names.has(name) || tables.interface(name)) return [];
    const devices = (mine.devices.get(name) ?? []).filter(({ bridge }) => bridges.has(bridge));
    const own = mine.portBridges.get(name);
    const bridge = own && bridges.has(own.bridge) ? own.bridge : devices[0]?.bridge;
    if (bridge === undefined) return [];
    return [{ uuid: own?.uuid ?? uuidOf(devices), name, bridge, interfaceId: undefined }];
  });
}

/** Linux bridges, and VLAN devices for them, of networks that no desired VIF is in, and that nobody uses. */
export async function unusedNetworks(
  mine: Belongings,
  wanted: Wanted,
  bridges: ReadonlySet<string>,
): Promise<OwnedPort[]> {
  const unused: OwnedPort[] = [];
  for (const [name, devices] of mine.networks) {
    if (wanted.bridges.has(name) || !bridges.has(name) || !(await isUnused(devices, mine.links))) continue;
    unused.push({ uuid: uuidOf(devices), name, bridge: name, interfaceId: undefined });
  }
  return unused;
}

/** Nobody else's device is in one of them or above it, none of them is in another's bridge, and none has an address. */
export async function isUnused(devices: readonly Device[], links: readonly LinkDetails[]): Promise<boolean> {
  const own = new Set(devices.map(({ name }) => name));
  const used = links.some(({ name, master, link }) =>
    own.has(name)
      ? master !== null && !own.has(master)
      : (master !== null && own.has(master)) || (link !== null && own.has(link)),
  );
  if (used) return false;
  for (const { name } of devices) if (await hasAddress(name)) return false;
  return true;
}

async function hasAddress(device: string): Promise<boolean> {
  const addresses = await listAddresses(device).catch((error: unknown) => {
    // It went since it was listed.
    if (isNoDevice(error)) return [];
    throw error;
  });
  return addresses.some(({ family, scope }) => !(family === 'inet6' && scope === 'link'));
}

const uuidOf = (devices: readonly Device[]) => `link ${devices.map(({ index }) => index).join(' ')}`;
