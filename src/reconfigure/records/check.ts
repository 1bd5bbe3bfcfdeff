import { RecordsError } from '../errors.js';
import type { Pif, Records } from './types.js';

/**
 * Checks what records say of each other: no reference to nothing, each relation told alike from both ends, and no stack
 * that can't be built.
 *
 * @throws {RecordsError} naming the record.
 */
export function checkRelations(records: Records): void {
  for (const pif of records.pifs.values()) checkPif(records, pif);
  for (const { ref, PIFs } of records.networks.values()) {
    for (const pif of PIFs) exists(records.pifs, pif, `network ${ref}: PIFs`, 'PIF');
  }
  checkBonds(records);
  checkVlans(records);
  for (const { ref, access_PIF, transport_PIF } of records.tunnels.values()) {
    const access = exists(records.pifs, access_PIF, `tunnel ${ref}: access_PIF`, 'PIF');
    exists(records.pifs, transport_PIF, `tunnel ${ref}: transport_PIF`, 'PIF');
    if (access_PIF === transport_PIF) throw new RecordsError(`tunnel ${ref} is its own transport`);
    if (!access.tunnel_access_PIF_of.includes(ref)) {
      throw new RecordsError(`tunnel ${ref}: its access PIF ${access_PIF} does not say that it is of this tunnel`);
    }
  }
  for (const pif of records.pifs.values()) checkClaims(records, pif);
  checkNames(records);
}

function checkPif(records: Records, pif: Pif): void {
  const at = (field: string) => `PIF ${pif.ref}: ${field}`;
  exists(records.networks, pif.network, at('network'), 'network');
  for (const bond of pif.bond_master_of) exists(records.bonds, bond, at('bond_master_of'), 'bond');
  if (pif.bond_slave_of !== null) exists(records.bonds, pif.bond_slave_of, at('bond_slave_of'), 'bond');
  for (const vlan of pif.VLAN_slave_of) exists(records.vlans, vlan, at('VLAN_slave_of'), 'VLAN');
  if (pif.VLAN_master_of !== null) exists(records.vlans, pif.VLAN_master_of, at('VLAN_master_of'), 'VLAN');
  for (const tunnel of pif.tunnel_access_PIF_of) exists(records.tunnels, tunnel, at('tunnel_access_PIF_of'), 'tunnel');
  for (const tunnel of pif.tunnel_transport_PIF_of) {
    exists(records.tunnels, tunnel, at('tunnel_transport_PIF_of'), 'tunnel');
  }
  if (pif.bond_master_of.length > 1) throw new RecordsError(`PIF ${pif.ref} is master of more than one bond`);
  if (pif.VLAN !== -1 && pif.VLAN_master_of === null) {
    throw new RecordsError(`PIF ${pif.ref} has VLAN ${pif.VLAN}, and no VLAN_master_of`);
  }
  if (pif.VLAN === -1 && pif.VLAN_master_of !== null) {
    throw new RecordsError(`PIF ${pif.ref} is of VLAN record ${pif.VLAN_master_of}, and has VLAN -1`);
  }
}

/** What a PIF claims to be part of has to have it: relations that go in a circle begin with one that is not so. */
function checkClaims(records: Records, pif: Pif): void {
  const { bonds, vlans, tunnels } = records;
  const check = (field: string, what: string, ref: string, owner: string | undefined) => {
    if (owner !== pif.ref) throw new RecordsError(`PIF ${pif.ref}: ${field}: ${what} ${ref} is of PIF ${owner}`);
  };
  for (const ref of pif.bond_master_of) check('bond_master_of', 'bond', ref, bonds.get(ref)?.master);
  for (const ref of pif.VLAN_slave_of) check('VLAN_slave_of', 'VLAN', ref, vlans.get(ref)?.tagged_PIF);
  if (pif.VLAN_master_of !== null) {
    check('VLAN_master_of', 'VLAN', pif.VLAN_master_of, vlans.get(pif.VLAN_master_of)?.untagged_PIF);
  }
  for (const ref of pif.tunnel_access_PIF_of) {
    check('tunnel_access_PIF_of', 'tunnel', ref, tunnels.get(ref)?.access_PIF);
  }
}

function checkBonds(records: Records): void {
  const bondOf = new Map<string, string>();
  for (const { ref, master, slaves } of records.bonds.values()) {
    const pif = exists(records.pifs, master, `bond ${ref}: master`, 'PIF');
    if (!pif.bond_master_of.includes(ref)) {
      throw new RecordsError(`bond ${ref}: its master ${master} does not say that it is of this bond`);
    }
    if (slaves.length === 0) throw new RecordsError(`bond ${ref} has no slaves`);
    for (const slave of slaves) {
      const record = exists(records.pifs, slave, `bond ${ref}: slaves`, 'PIF');
      const other = bondOf.get(slave);
      if (other === ref) throw new RecordsError(`bond ${ref} has slave ${slave} twice`);
      if (other !== undefined) throw new RecordsError(`PIF ${slave} is a slave of two bonds: ${other} and ${ref}`);
      bondOf.set(slave, ref);
      if (slave === master) throw new RecordsError(`bond ${ref}: its master ${master} is a slave of it`);
      if (record.bond_slave_of !== ref) {
        const said = record.bond_slave_of === null ? 'of none' : `of ${record.bond_slave_of}`;
        throw new RecordsError(`bond ${ref} has slave ${slave}, which says that it is ${said}`);
      }
      if (record.VLAN !== -1) throw new RecordsError(`bond ${ref}: its slave ${slave} is a VLAN`);
      if (record.bond_master_of.length > 0) throw new RecordsError(`bond ${ref}: its slave ${slave} is a bond itself`);
      if (record.tunnel_access_PIF_of.length > 0) throw new RecordsError(`bond ${ref}: its slave ${slave} is a tunnel`);
    }
  }
  for (const { ref, bond_slave_of: bond } of records.pifs.values()) {
    if (bond !== null && bondOf.get(ref) !== bond) {
      throw new RecordsError(`PIF ${ref} says that it is a slave of bond ${bond}, which does not have it`);
    }
  }
}

function checkVlans(records: Records): void {
  for (const { ref, tagged_PIF, untagged_PIF } of records.vlans.values()) {
    const below = exists(records.pifs, tagged_PIF, `VLAN ${ref}: tagged_PIF`, 'PIF');
    const above = exists(records.pifs, untagged_PIF, `VLAN ${ref}: untagged_PIF`, 'PIF');
    if (above.VLAN_master_of !== ref) {
      throw new RecordsError(`VLAN ${ref}: its untagged_PIF ${untagged_PIF} does not say that it is of this VLAN`);
    }
    if (below.VLAN !== -1) throw new RecordsError(`VLAN ${ref} stands on PIF ${tagged_PIF}, which is a VLAN itself`);
    if (!below.VLAN_slave_of.includes(ref)) {
      throw new RecordsError(`VLAN ${ref}: its tagged_PIF ${tagged_PIF} does not have it in VLAN_slave_of`);
    }
  }
}

/** A bridge is one network's, and a netdev one PIF's. */
function checkNames(records: Records): void {
  const bridges = new Map<string, string>();
  for (const { ref, bridge } of records.networks.values()) {
    if (bridge === '') continue;
    const other = bridges.get(bridge);
    if (other !== undefined) throw new RecordsError(`networks ${other} and ${ref} have the same bridge ${bridge}`);
    bridges.set(bridge, ref);
  }
  const devices = new Map<string, string>();
  for (const { ref, device, VLAN } of records.pifs.values()) {
    const name = VLAN === -1 ? device : `${device}.${VLAN}`;
    const other = devices.get(name);
    if (other !== undefined) throw new RecordsError(`PIFs ${other} and ${ref} have the same device ${name}`);
    devices.set(name, ref);
  }
}

function exists<T>(table: ReadonlyMap<string, T>, ref: string, where: string, what: string): T {
  const record = table.get(ref);
  if (!record) throw new RecordsError(`${where}: there is no ${what} ${ref}`);
  return record;
}
