import { NoPifError, UnsupportedPifError } from './errors.js';
import type { Bond, Network, Pif, Records, Vlan } from './records/index.js';

/** How PIFs stand on each other. References were checked when the records were read. */

function get<T>(table: ReadonlyMap<string, T>, ref: string): T {
  return table.get(ref) as T;
}

export const isVlan = (pif: Pif): boolean => pif.VLAN !== -1;
export const isTunnel = (pif: Pif): boolean => pif.tunnel_access_PIF_of.length > 0;
export const isBond = (pif: Pif): boolean => pif.bond_master_of.length > 0;

export function networkOf(records: Records, pif: Pif): Network {
  return get(records.networks, pif.network);
}

/** `eth0`, or `eth0.5` for a VLAN. */
export function netdevName(pif: Pif): string {
  return isVlan(pif) ? `${pif.device}.${pif.VLAN}` : pif.device;
}

/** How messages call a PIF. */
export function describePif(pif: Pif): string {
  return `PIF ${netdevName(pif)} (${pif.uuid})`;
}

/** The bridge of a PIF's network. @throws {UnsupportedPifError} when it has none. */
export function bridgeName(records: Records, pif: Pif): string {
  const { bridge, uuid } = networkOf(records, pif);
  if (bridge === '') {
    throw new UnsupportedPifError(`${describePif(pif)}: its network ${uuid} has no bridge, so it has no datapath`);
  }
  return bridge;
}

/** What carries the PIF's addresses: its bridge, or its netdev where it has none. */
export function ipdevName(records: Records, pif: Pif): string {
  return networkOf(records, pif).bridge || netdevName(pif);
}

/** The PIF below a VLAN. */
export function vlanSlave(records: Records, pif: Pif): Pif {
  const vlan: Vlan = get(records.vlans, pif.VLAN_master_of as string);
  return get(records.pifs, vlan.tagged_PIF);
}

/** The VLANs on a PIF. */
export function vlanMasters(records: Records, pif: Pif): Pif[] {
  return pif.VLAN_slave_of.map((ref) => get(records.pifs, get(records.vlans, ref).untagged_PIF));
}

/** The bonds that a PIF is a slave of. */
export function bondMasters(records: Records, pif: Pif): Pif[] {
  if (pif.bond_slave_of === null) return [];
  return [get(records.pifs, get(records.bonds, pif.bond_slave_of).master)];
}

/** The slaves of a bond, in its order; none for another PIF. */
export function bondSlaves(records: Records, pif: Pif): Pif[] {
  return pif.bond_master_of.flatMap((ref) => {
    const bond: Bond = get(records.bonds, ref);
    return bond.slaves.map((slave) => get(records.pifs, slave));
  });
}

/**
 * The PIF whose bridge is the datapath: of a VLAN the one below it, otherwise itself.
 *
 * @throws {UnsupportedPifError} when that has no bridge.
 */
export function datapathOf(records: Records, pif: Pif): Pif {
  if (!isVlan(pif)) {
    bridgeName(records, pif);
    return pif;
  }
  const below = vlanSlave(records, pif);
  if (networkOf(records, below).bridge === '') {
    throw new UnsupportedPifError(
      `${describePif(pif)} is a VLAN on ${describePif(below)}, whose network has no bridge: such VLANs are not implemented`,
    );
  }
  return below;
}

/** The PIFs of the network cards under a datapath. */
export function physicalPifs(records: Records, datapath: Pif): Pif[] {
  if (isTunnel(datapath)) return [];
  return isBond(datapath) ? bondSlaves(records, datapath) : [datapath];
}

/** Why a PIF is in use, what it hangs on first: it is attached, or a bond or VLAN on it is in use. None when it is not. */
export function usesOf(records: Records, pif: Pif): string[] {
  const name = netdevName(pif);
  if (pif.currently_attached) return [`${name} is currently attached`];
  for (const [what, masters] of [
    ['bond', bondMasters(records, pif)],
    ['VLAN', vlanMasters(records, pif)],
  ] as const) {
    for (const master of masters) {
      const uses = usesOf(records, master);
      if (uses.length > 0) return [...uses, `${name} is in use by ${what} master ${netdevName(master)}`];
    }
  }
  return [];
}

/**
 * The networks on a PIF's device, as the external id `xs-network-uuids` tells a controller: the untagged ones in front, each
 * put first, then those of VLANs in the records' order.
 */
export function networkUuids(records: Records, pif: Pif): string {
  const uuids: string[] = [];
  for (const other of records.pifs.values()) {
    if (other.device !== pif.device) continue;
    const { uuid } = networkOf(records, other);
    if (isVlan(other)) uuids.push(uuid);
    else uuids.unshift(uuid);
  }
  return uuids.join(';');
}

/**
 * Finds a PIF by uuid, reference, bridge or device (`eth0.5` for a VLAN).
 *
 * @throws {NoPifError} when there is none, or more than one of the bridge.
 */
export function findPif(records: Records, word: string): Pif {
  const all = [...records.pifs.values()];
  const direct = records.pifs.get(word) ?? all.find(({ uuid }) => uuid === word);
  if (direct) return direct;
  const device = all.find((pif) => netdevName(pif) === word);
  if (device) return device;
  const onBridge = all.filter((pif) => networkOf(records, pif).bridge === word);
  if (onBridge.length > 1) {
    const names = onBridge.map(netdevName).join(', ');
    throw new NoPifError(`bridge ${word} is that of ${names}: name the PIF by its uuid`);
  }
  if (onBridge[0]) return onBridge[0];
  throw new NoPifError(
    `no PIF is or has ${JSON.stringify(word)}: say a uuid, reference, bridge or device, such as ${all.map(netdevName).slice(0, 3).join(', ')}`,
  );
}
