import { existsSync, readFileSync } from 'node:fs';
import {
  getLink,
  getLinkDetails,
  getVirtualFunction,
  isNoDevice,
  isTap,
  type LinkDetails,
  linkExists,
  listAddresses,
  listPciDevices,
  listRoutes,
  NetdevError,
  type SysfsOptions,
} from '../netdev/index.js';
import { type Ovs, OWNER_KEY } from '../vswitch/index.js';
import type { Carried, Facts, LinkFacts, PortFacts, QosFacts, Reads, VfFacts } from './facts.js';
import { QOS_KEY } from './names.js';
import { findRepresentor, uplinksFirst } from './representor.js';

/** Others may go on for ever. */
const MOST_LOOKS = 5;
const NOTHING: Carried = { addresses: [], routes: [] };
let kernelRelease: string | undefined;

/**
 * Reads the facts of this machine: a few ioctls and the warm replica, so that most plugs wait for nothing.
 *
 * @param ovs `undefined` where the switch does not matter.
 */
export function gatherFacts(ovs: Ovs | undefined, reads: Reads, options: SysfsOptions = {}): Facts | Promise<Facts> {
  const links = new Map((reads.links ?? []).map((name) => [name, linkFacts(name)]));
  const gathered = (details: readonly Detail[], carried: Carried): Facts => {
    for (const [name, facts] of details) links.set(name, facts);
    return {
      link: (name) => (links.has(name) ? links.get(name) : linkFacts(name)),
      bridge: (name) => (ovs ? ovs.tables.bridge(name) !== undefined : 'unknown'),
      datapathType: (name) => ovs?.tables.bridge(name)?.datapath_type || undefined,
      port: (name) => (ovs ? portFacts(ovs, name) : undefined),
      portsOf: (id) => (ovs ? portsOf(ovs, id) : []),
      carried: () => carried,
      virtualFunction: (address) => vfFacts(address, options),
      get ipv6() {
        return existsSync('/proc/sys/net/ipv6/conf/all');
      },
      get kernelRelease() {
        kernelRelease ??= readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim();
        return kernelRelease;
      },
    };
  };
  if (!reads.details && !reads.carried) return gathered([], NOTHING);
  return gatherSlowly(reads).then(({ details, carried }) => gathered(details, carried));
}

async function gatherSlowly({ details = [], carried }: Reads) {
  let links = await readTogether(details);
  // Of what others make or delete at that moment one may be seen from before, and one from after.
  for (let looks = 1; looks < MOST_LOOKS && !links.every(isSo); looks++) links = await readTogether(details);
  return { details: links, carried: carried === undefined ? NOTHING : await carriedBy(carried) };
}

type Detail = readonly [device: string, facts: LinkFacts | undefined];

const readTogether = (devices: readonly string[]): Promise<Detail[]> =>
  Promise.all(devices.map(async (name) => [name, await detailFacts(name)] as const));

const isSo = ([name, facts]: Detail): boolean => linkExists(name) === (facts !== undefined);

async function carriedBy(device: string): Promise<Carried> {
  try {
    const addresses = await listAddresses(device);
    const routes = await listRoutes(device);
    return {
      addresses: addresses.filter(({ family, scope }) => !(family === 'inet6' && scope === 'link')),
      routes: routes.filter(({ protocol }) => protocol !== 'kernel' && protocol !== 'ra'),
    };
  } catch (error) {
    if (isNoDevice(error)) return NOTHING;
    throw error;
  }
}

/** What a few ioctls tell of a device; `undefined` when there is none. */
export function linkFacts(device: string): LinkFacts | undefined {
  // One that went between two looks at it may have been made anew.
  while (linkExists(device)) {
    try {
      const { index, up, mtu } = getLink(device);
      return { kind: isStillTap(device, index) ? 'tap' : null, up, mtu };
    } catch (error) {
      if (!isNoDevice(error)) throw error;
    }
  }
  return undefined;
}

/** Of the device that has this index. @throws {NetdevError} `ERR_NETDEV_NO_DEVICE` when that one has gone */
function isStillTap(device: string, index: number): boolean {
  if (isTap(device)) return true;
  if (getLink(device).index === index) return false;
  throw new NetdevError('ERR_NETDEV_NO_DEVICE', `${device} was made anew while it was looked at`, device);
}

/** All that rtnetlink tells of a device; `undefined` when there is none. */
export async function detailFacts(device: string): Promise<LinkFacts | undefined> {
  try {
    return linkExists(device) ? await readDetails(device) : undefined;
  } catch (error) {
    if (isNoDevice(error)) return undefined;
    throw error;
  }
}

async function readDetails(device: string): Promise<LinkFacts> {
  const details = await getLinkDetails(device);
  const { index, kind, up, mtu, promiscuous, master, alias } = details;
  const isOfTun = kind === 'tun' && isStillTap(device, index);
  return { kind: isOfTun ? 'tap' : kind, up, mtu, promiscuous, master, alias, vlan: vlanOf(details) };
}

function vlanOf({ kind, link, data }: LinkDetails): LinkFacts['vlan'] {
  if (kind !== 'vlan' || data === null || !('id' in data)) return undefined;
  return { link, id: Number(data.id) };
}

function portFacts(ovs: Ovs, name: string): PortFacts | undefined {
  const { tables } = ovs;
  const row = tables.interface(name);
  const port = tables.port(name) ?? (row && tables.portOfInterface(row));
  const bridge = port && tables.bridgeOfPort(port);
  if (!port || !bridge) return undefined;
  return {
    name: port.name,
    bridge: bridge.name,
    interfaces: port.interfaces.flatMap((uuid) => tables.interfaces.get(uuid)?.name ?? []),
    type: row?.type ?? '',
    externalIds: row?.external_ids ?? new Map(),
    options: row?.options ?? new Map(),
    opened: row?.ofport != null && row.ofport > 0,
    tag: port.tag ?? undefined,
    trunks: port.trunks,
    vlanMode: port.vlan_mode ?? undefined,
    mtuRequest: row?.mtu_request ?? undefined,
    ingressPolicingRate: row?.ingress_policing_rate ?? 0,
    ingressPolicingBurst: row?.ingress_policing_burst ?? 0,
    qos: qosFacts(ovs, port.qos),
    owner: port.external_ids.get(OWNER_KEY),
  };
}

function qosFacts({ tables }: Ovs, uuid: string | null): QosFacts | undefined {
  const row = uuid === null ? undefined : tables.qos.get(uuid);
  return (
    row && {
      uuid: row._uuid,
      type: row.type,
      otherConfig: row.other_config,
      vif: row.external_ids.get(QOS_KEY),
    }
  );
}

function portsOf(ovs: Ovs, interfaceId: string): PortFacts[] {
  return ovs.tables.interfacesOf(interfaceId).flatMap(({ name }) => portFacts(ovs, name) ?? []);
}

function vfFacts(address: string, options: SysfsOptions): VfFacts | undefined {
  const vf = getVirtualFunction(address, options);
  if (!vf) return undefined;
  return {
    devices: listPciDevices(address, options),
    pfDevices: uplinksFirst(vf.pfDevices, options),
    index: vf.index,
    representor: findRepresentor(vf, options),
  };
}
