import { existsSync, readFileSync } from 'node:fs';
import { type LinkDetails, listAddresses, listLinkDetails, listRoutes } from '../../src/netdev/index.js';
import { mutate } from '../../src/ovsdb/index.js';
import type { Ovs } from '../../src/vswitch/index.js';

export interface StateOptions {
  /** MAC addresses count, too: within one namespace nothing changes them. */
  readonly exact?: boolean;
  /** Milliseconds for ovs-vswitchd. */
  readonly timeout?: number;
}

/**
 * Links, their settings, addresses and routes, and what the switch is to be, without what is made up anew each time. Read by
 * rtnetlink and off the replica: the stock tools of twin-state.ts take a process each.
 */
export async function state(ovs: Ovs, { exact = false, timeout }: StateOptions = {}): Promise<unknown> {
  await settle(ovs, timeout);
  const links = await listLinkDetails();
  const devices: unknown[] = [];
  for (const link of links) devices.push([link.name, await deviceState(link, exact)]);
  return { devices: sorted(devices), rows: rowsOf(ovs) };
}

/** Waits until ovs-vswitchd has done what it does of itself. @param timeout milliseconds. */
export async function settle(ovs: Ovs, timeout = 30_000): Promise<void> {
  // It sets the MTU of a bridge by those of its ports: it hears of them in one turn of its loop, and acts in the next.
  for (let turn = 0; turn < 2; turn++) {
    await ovs.client.transact('Open_vSwitch', [mutate('Open_vSwitch', [], [['next_cfg', '+=', 1]])]);
    await ovs.sync();
    await ovs.waitForVswitchd(ovs.tables.root?.next_cfg ?? 0, { timeout });
  }
}

async function deviceState(link: LinkDetails, exact: boolean): Promise<unknown> {
  const { name, up, promiscuous, promiscuity, mtu, kind, master, group, txQueueLength, vfs } = link;
  const ipv6 = `/proc/sys/net/ipv6/conf/${name}/disable_ipv6`;
  const addresses = (await listAddresses(name)).filter(({ scope }) => scope !== 'link');
  const routes = (await listRoutes(name)).filter(({ protocol }) => protocol !== 'kernel');
  return {
    ...{ up, promiscuous, promiscuity, mtu, kind, master, group, txQueueLength, vfs, addresses, routes },
    mac: exact && link.mac,
    // A bridge names its root and itself by a MAC address that the kernel made up.
    data: Object.fromEntries(
      Object.entries(link.data ?? {}).filter(([key]) => !/id$|timer/i.test(key) || key === 'id'),
    ),
    link: link.link,
    ipv6: existsSync(ipv6) && readFileSync(ipv6, 'utf8').trim(),
  };
}

function rowsOf({ tables }: Ovs): unknown {
  const names = (uuids: readonly string[], table: { get(uuid: string): { name: string } | undefined }) =>
    uuids.map((uuid) => table.get(uuid)?.name).sort();
  return {
    bridges: sorted(
      [...tables.bridges.rows()].map(({ name, ports, datapath_type, external_ids }) => {
        return [name, names(ports, tables.ports), datapath_type, entries(external_ids)];
      }),
    ),
    ports: sorted(
      [...tables.ports.rows()].map(({ name, interfaces, tag, trunks, vlan_mode, external_ids }) => {
        return [name, names(interfaces, tables.interfaces), tag, trunks, vlan_mode, entries(external_ids)];
      }),
    ),
    interfaces: sorted(
      [...tables.interfaces.rows()].map(({ name, type, error, options, external_ids }) => {
        return [name, type, error, entries(options), entries(external_ids)];
      }),
    ),
  };
}

const entries = (map: ReadonlyMap<string, string>) => sorted([...map]);
const sorted = (rows: unknown[]) => rows.sort((a, b) => (String(a) < String(b) ? -1 : 1));
