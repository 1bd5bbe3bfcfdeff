/** A link that is deleted can be made again as it was, but for its index, its statistics and who has it open. */
import { createLink, setBond, setBridge } from './create.js';
import { getLinkDetails, type LinkDetails, listLinkDetails } from './details.js';
import { NetdevError } from './errors.js';
import { isIpv6Disabled, setIpv6Disabled } from './ipv6.js';
import { keepAddresses } from './keep-addresses.js';
import type { BondOptions } from './kinds/bond.js';
import type { BridgeOptions } from './kinds/bridge.js';
import type { LinkOptions } from './kinds/common.js';
import type { LinkSpec, TunData } from './kinds/index.js';
import { setLinkUp } from './link.js';
import { setArp, setMaster, setPromiscuous, setTxQueueLength } from './settings.js';
import { createTap } from './tap.js';

/** What a link was. */
export interface KeptLink {
  /**
   * Makes it again: kind, options, MAC address, MTU, flags, master, ports, addresses, routes, and a veth pair's other end.
   * @throws {NetdevError} as the functions that make links; `ERR_NETDEV_UNSUPPORTED` for a kind that ovskit can't make
   */
  restore(): Promise<void>;
}

/**
 * Remembers a link in full, before it is deleted.
 * @throws {InvalidArgumentError} for what is no device name
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`
 */
export async function keepLink(device: string): Promise<KeptLink> {
  const details = await getLinkDetails(device);
  const peer = details.kind === 'veth' && details.link !== null ? await getLinkDetails(details.link) : undefined;
  const ends = await Promise.all((peer ? [details, peer] : [details]).map(keepEnd));
  const ports = ['bridge', 'bond'].includes(details.kind ?? '')
    ? (await listLinkDetails()).filter(({ master }) => master === device)
    : [];
  // A bridge that has the address of a port takes it from its ports, and must be free to.
  const ofPort = details.kind === 'bridge' && ports.some(({ mac }) => mac === details.mac);
  return {
    async restore() {
      await create(ofPort ? { ...details, mac: null } : details, peer);
      for (const end of ends) await end.settle();
      for (const { name } of ports) await setMaster(name, device);
      for (const end of ends) await end.bringUp();
    },
  };
}

/** What is set on a link after it was made. */
async function keepEnd(details: LinkDetails): Promise<{ settle(): Promise<void>; bringUp(): Promise<void> }> {
  const { name } = details;
  const addresses = await keepAddresses(name);
  const ipv6Disabled = hasNoIpv6(name);
  return {
    async settle() {
      if (details.promiscuous) await setPromiscuous(name, true);
      if (details.kind === 'tun') await setTxQueueLength(name, details.txQueueLength);
      if (details.arp !== (await getLinkDetails(name)).arp) await setArp(name, details.arp);
      if (ipv6Disabled) setIpv6Disabled(name, true);
      if (details.master !== null) await setMaster(name, details.master);
    },
    async bringUp() {
      if (details.up) await setLinkUp(name);
      await addresses.restore();
    },
  };
}

function hasNoIpv6(device: string): boolean {
  try {
    return isIpv6Disabled(device);
  } catch {
    // There is no such setting where there is no IPv6.
    return false;
  }
}

async function create(details: LinkDetails, peer: LinkDetails | undefined): Promise<void> {
  const { name, kind, link } = details;
  const common = commonOptions(details);
  if (kind === 'tun') {
    const { owner, group, multiQueue, vnetHeader } = (details.data ?? {}) as TunData;
    await createTap(name, {
      owner,
      group,
      multiQueue,
      vnetHeader,
      mac: common.mac,
      mtu: common.mtu,
      alias: common.alias,
    });
  } else if (kind === 'veth' && peer) {
    await createLink({ ...common, kind, name, peer: { ...commonOptions(peer), name: peer.name } });
  } else if (kind === 'bridge') {
    await createLink({ ...common, kind, name });
    await setBridge(name, await otherOptions<BridgeOptions>(name, details));
  } else if (kind === 'bond') {
    await createLink({ ...common, kind, name, mode: (details.data as BondOptions).mode });
    await setBond(name, await otherOptions<BondOptions>(name, details));
  } else if (kind === 'dummy') {
    await createLink({ ...common, kind, name });
  } else if ((kind === 'vlan' || kind === 'macvlan' || kind === 'macvtap') && link !== null) {
    await createLink({ ...common, ...details.data, kind, name, link } as LinkSpec);
  } else if (kind === 'vxlan') {
    await createLink({ ...common, ...details.data, kind, name, link: link ?? undefined } as LinkSpec);
  } else {
    const what = kind === 'veth' ? 'veth pair with an end in another namespace' : `link of kind ${kind ?? '(none)'}`;
    throw new NetdevError('ERR_NETDEV_UNSUPPORTED', `can't make ${name} again: it was a ${what}`, name);
  }
}

/** A kernel may refuse an option that it lacks, or that is not of a bond's mode, whatever its value. */
async function otherOptions<T extends object>(device: string, { data }: LinkDetails): Promise<Partial<T>> {
  const fresh = (await getLinkDetails(device)).data as Record<string, unknown>;
  const other = Object.entries(data ?? {}).filter(([option, value]) => fresh[option] !== value);
  return Object.fromEntries(other) as Partial<T>;
}

function commonOptions({ mac, mtu, group, txQueueLength, alias }: LinkDetails): LinkOptions {
  const given = mac === null || mac === NO_MAC ? undefined : mac;
  return { mac: given, mtu, group, txQueueLength, alias: alias ?? undefined };
}

/** That of a bridge whose last port has left: it takes that of the next one. No link can be given it. */
const NO_MAC = '00:00:00:00:00:00';
