import type { PlugRequest } from '../../../src/vif/index.js';
import { request } from '../request.js';

/** The devices of the hybrid plug of `request(1)`. */
export const qbr = { bridge: 'qbr00000000-00', inner: 'qvb00000000-00', outer: 'qvo00000000-00' };
const network = { network: { id: 'net1', bridge: 'br-int', label: 'private' } };
const project = { instance: { uuid: '10000000-0000-4000-8000-000000000000', project_id: 'p1' } };
const socket = { vhostuser_socket: '/run/vhost/usv', vhostuser_fp_plug: true };

/** One that has a Linux bridge made on `card0`. */
export const bridgeRequest = (release: 'icehouse' | 'newton') =>
  request(1, {
    release,
    vif: {
      type: 'bridge',
      network: { bridge: 'br100', meta: { bridge_interface: 'card0', should_create_bridge: true, mtu: 1400 } },
    },
  });

/** A request of each type whose plug has something to do, and what it makes. */
export interface Every {
  request: PlugRequest;
  links: readonly string[];
  port?: string;
  tools?: readonly RegExp[];
  unplugTools?: readonly RegExp[];
}

const hybridLinks = [qbr.bridge, qbr.inner, qbr.outer];
export const every: Record<string, Every> = {
  'ovs, by ovskit': { request: request(1, { mtu: 1400 }), links: ['tap1'], port: 'tap1' },
  'ovs, libvirt before 0.9.11': {
    request: { ...request(1, { release: 'icehouse' }), libvirt_version: '0.9.10' },
    links: ['tap1'],
    port: 'tap1',
  },
  'ovs, hybrid': {
    request: request(1, { mtu: 1400, release: 'newton', vif: { details: { ovs_hybrid_plug: true } } }),
    links: hybridLinks,
    port: qbr.outer,
  },
  ivs: {
    request: request(1, { vif: { type: 'ivs' } }),
    links: ['tap1'],
    tools: [/^ivs-ctl \[add-port\] \[tap1\]$/],
    unplugTools: [/^ivs-ctl \[del-port\] \[tap1\]$/],
  },
  'ivs, hybrid': {
    request: request(1, { vif: { type: 'ivs', details: { ovs_hybrid_plug: true } } }),
    links: hybridLinks,
    tools: [/^ivs-ctl \[add-port\] \[qvo00000000-00\]$/],
    unplugTools: [/^ivs-ctl \[del-port\] \[qvo00000000-00\]$/],
  },
  tap: {
    request: request(1, { mtu: 1400, vif: { type: 'tap', details: { mac_address: '02:00:00:00:00:01' } } }),
    links: ['tap1'],
  },
  midonet: {
    request: request(1, { vif: { type: 'midonet' } }),
    links: ['tap1'],
    tools: [/^mm-ctl \[--bind-port\] \[0{8}-.*\] \[tap1\]$/],
    unplugTools: [/^mm-ctl \[--unbind-port\]/],
  },
  iovisor: {
    request: { ...request(1, { vif: { type: 'iovisor', ...network } }), ...project },
    links: ['tap1'],
    tools: [/^ifc_ctl \[gateway\] \[add_port\]/, /^ifc_ctl \[gateway\] \[ifup\] .*\[pgtag2=net1\] \[pgtag1=p1\]$/],
    unplugTools: [/\[ifdown\]/, /\[del_port\]/],
  },
  vrouter: {
    request: { ...request(1, { vif: { type: 'vrouter', ...network } }), ...project },
    links: ['tap1'],
    tools: [/^vrouter-port-control \[--oper=add --uuid=.* --rx_vlan_id=-1\]$/],
    unplugTools: [/^vrouter-port-control \[--oper=delete/],
  },
  'vhostuser, fp and ovs': {
    request: request(1, { vif: { type: 'vhostuser', details: { ...socket, vhostuser_ovs_plug: true } } }),
    links: ['tap1'],
    port: 'tap1',
    tools: [/^fp-vdev \[add\] \[tap1\] \[--sockpath\] \[\/run\/vhost\/usv\] \[--sockmode\] \[client\]$/],
    unplugTools: [/^fp-vdev \[del\] \[tap1\]$/],
  },
  'vhostuser, fp and ovs, hybrid': {
    request: request(1, {
      vif: { type: 'vhostuser', details: { ...socket, vhostuser_ovs_plug: true, ovs_hybrid_plug: true } },
    }),
    links: [...hybridLinks, 'tap1'],
    port: qbr.outer,
    tools: [/^fp-vdev \[add\]/],
    unplugTools: [/^fp-vdev \[del\]/],
  },
};
