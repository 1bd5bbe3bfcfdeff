/** One case for each kind of link: what we make, what ip(8) would be told, and what it says afterwards. */
import type { ExecutionContext } from 'ava';
import { createLink, getLinkDetails, type KindData, type LinkSpec } from '../../../src/netdev/index.js';
import { ipLink, type Json, run } from './support.js';

export interface KindCase {
  title: string;
  spec: LinkSpec;
  /** After `ip link add`: the same, to learn whether this kernel can. */
  command: string;
  /** What `ip -d -j link` has under `info_data`. */
  data: Record<string, unknown>;
  /** What `getLinkDetails` has under `data`. */
  ours?: KindData;
}

/** `under0` and `under1` are a veth pair that is there, both ends up: a VLAN is not set up over a link that is down. */
export const KINDS: readonly KindCase[] = [
  {
    title: 'veth',
    spec: { kind: 'veth', name: 'k0', peer: { name: 'k1', mtu: 1300, mac: '02:00:00:00:00:02', up: true, group: 6 } },
    command: 'k0 type veth peer name k1',
    data: {},
  },
  {
    title: 'bridge',
    spec: {
      kind: 'bridge',
      name: 'k0',
      forwardDelay: 3.5,
      helloTime: 1.5,
      maxAge: 12,
      ageingTime: 33.2,
      stp: true,
      priority: 4096,
      groupForwardMask: 8,
      multicastSnooping: false,
      multicastRouter: 2,
    },
    command: 'k0 type bridge mcast_snooping 0',
    data: {
      forward_delay: 350,
      hello_time: 150,
      max_age: 1200,
      ageing_time: 3320,
      stp_state: 1,
      priority: 4096,
      group_fwd_mask: '0x8',
      mcast_snooping: 0,
      mcast_router: 2,
    },
    ours: { forwardDelay: 3.5, ageingTime: 33.2, stp: true, priority: 4096, multicastSnooping: false },
  },
  {
    title: 'bridge that filters VLANs',
    spec: { kind: 'bridge', name: 'k0', vlanFiltering: true, vlanProtocol: '802.1ad', defaultPvid: 7 },
    command: 'k0 type bridge vlan_filtering 1 vlan_protocol 802.1ad vlan_default_pvid 7',
    data: { vlan_filtering: 1, vlan_protocol: '802.1ad', vlan_default_pvid: 7 },
    ours: { vlanFiltering: true, vlanProtocol: '802.1ad', defaultPvid: 7 },
  },
  ...(['private', 'vepa', 'bridge', 'source', 'passthru'] as const).map(
    (mode): KindCase => ({
      title: `macvlan, ${mode}`,
      spec: { kind: 'macvlan', name: 'k0', link: 'under0', mode },
      command: `link under0 name k0 type macvlan mode ${mode}`,
      data: { mode },
      ours: { mode },
    }),
  ),
  ...(['private', 'vepa', 'bridge', 'passthru'] as const).map(
    (mode): KindCase => ({
      title: `macvtap, ${mode}`,
      spec: { kind: 'macvtap', name: 'k0', link: 'under0', mode },
      command: `link under0 name k0 type macvtap mode ${mode}`,
      data: { mode },
      ours: { mode },
    }),
  ),
  ...(['802.1Q', '802.1ad'] as const).map(
    (protocol): KindCase => ({
      title: `VLAN, ${protocol}`,
      spec: { kind: 'vlan', name: 'k0', link: 'under0', id: 4094, protocol },
      command: `link under0 name k0 type vlan protocol ${protocol} id 4094`,
      data: { id: 4094, protocol },
      ours: { id: 4094, protocol },
    }),
  ),
  { title: 'dummy', spec: { kind: 'dummy', name: 'k0' }, command: 'k0 type dummy', data: {} },
  {
    title: 'bond, active-backup',
    spec: {
      kind: 'bond',
      name: 'k0',
      mode: 'active-backup',
      miimon: 100,
      upDelay: 200,
      downDelay: 300,
      failOverMac: 'active',
    },
    command: 'k0 type bond mode active-backup',
    data: { mode: 'active-backup', miimon: 100, updelay: 200, downdelay: 300, fail_over_mac: 'active' },
    ours: { mode: 'active-backup', miimon: 100, upDelay: 200, downDelay: 300, failOverMac: 'active' },
  },
  {
    title: 'bond, 802.3ad',
    spec: {
      kind: 'bond',
      name: 'k0',
      mode: '802.3ad',
      miimon: 50,
      lacpRate: 'fast',
      xmitHashPolicy: 'layer3+4',
      minLinks: 1,
    },
    command: 'k0 type bond mode 802.3ad',
    data: { mode: '802.3ad', miimon: 50, ad_lacp_rate: 'fast', xmit_hash_policy: 'layer3+4', min_links: 1 },
    ours: { mode: '802.3ad', miimon: 50, lacpRate: 'fast', xmitHashPolicy: 'layer3+4', minLinks: 1 },
  },
  {
    title: 'vxlan',
    spec: {
      kind: 'vxlan',
      name: 'k0',
      id: 16777215,
      remote: '192.0.2.9',
      local: '192.0.2.8',
      port: 4789,
      link: 'under0',
      ttl: 9,
      learning: false,
      ageing: 60,
    },
    command: 'k0 type vxlan id 16777215 remote 192.0.2.9 dstport 4789 dev under0',
    data: {
      id: 16777215,
      remote: '192.0.2.9',
      local: '192.0.2.8',
      port: 4789,
      link: 'under0',
      ttl: 9,
      learning: false,
      ageing: 60,
    },
    ours: { id: 16777215, remote: '192.0.2.9', local: '192.0.2.8', port: 4789, learning: false },
  },
  {
    title: 'vxlan on IPv6',
    spec: { kind: 'vxlan', name: 'k0', id: 5, remote: '2001:db8::9', port: 4789 },
    command: 'k0 type vxlan id 5 remote 2001:db8::9 dstport 4789',
    data: { id: 5, remote6: '2001:db8::9', port: 4789 },
    ours: { id: 5, remote: '2001:db8::9', port: 4789 },
  },
  {
    title: 'vxlan of the metadata',
    spec: { kind: 'vxlan', name: 'k0', external: true, port: 4789 },
    command: 'k0 type vxlan external dstport 4789',
    data: { external: true, port: 4789 },
    ours: { external: true },
  },
];

/** Makes the link with what all kinds have, and compares every attribute. */
export async function assertMade(t: ExecutionContext, { spec, data, ours }: KindCase): Promise<void> {
  const common = { mtu: 1350, group: 5, up: true, txQueueLength: 77 };
  // These two share the address of the link below.
  const mac = 'mode' in spec && spec.mode === 'passthru' ? undefined : '02:00:00:00:00:01';
  await createLink({ ...spec, ...common, mac });
  const link = ipLink('k0');
  t.is(link.linkinfo.info_kind, spec.kind);
  if (Object.keys(data).length > 0) t.like(link.linkinfo.info_data, data);
  t.is(link.mtu, 1350);
  t.is(link.group, '5');
  t.is(link.txqlen, 77);
  t.true(link.flags.includes('UP'));
  if (mac) t.is(link.address, mac);
  if ('link' in spec && spec.kind !== 'vxlan') t.is(link.link, spec.link);
  if (spec.kind === 'veth') {
    t.is(link.link, 'k1');
    t.like(ipLink('k1'), { mtu: 1300, address: '02:00:00:00:00:02', group: '6' });
    t.true(ipLink('k1').flags.includes('UP'));
  }
  const details = await getLinkDetails('k0');
  t.like(details, {
    name: 'k0',
    index: link.ifindex,
    kind: spec.kind,
    mtu: 1350,
    group: 5,
    txQueueLength: 77,
    up: true,
  });
  t.is(details.mac, link.address);
  t.is(details.minMtu, link.min_mtu);
  t.is(details.maxMtu, link.max_mtu);
  t.is(details.txQueues, link.num_tx_queues);
  t.is(details.rxQueues, link.num_rx_queues);
  t.is(details.promiscuity, link.promiscuity);
  t.is(details.link, link.link ?? null);
  if (ours) t.like(details.data, ours as Json);
  run('ip', 'link', 'delete', 'k0');
}
