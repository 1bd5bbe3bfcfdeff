import { parseRecords, type Records } from '../../src/reconfigure/index.js';
import { macOf } from './lab.js';

/** A host of four cards: eth0 for management with VLAN 5, a bond of eth1 and eth2 with VLAN 5, eth3 under a tunnel. */
export function hostDocument(options: { secure?: boolean; mode?: string } = {}) {
  const pif = (device: string, card: number, more: object = {}) => ({
    uuid: `uuid-${device}-${'VLAN' in more ? more.VLAN : ''}`,
    device,
    MAC: macOf(card),
    network: `net-${device}`,
    VLAN: '-1',
    ip_configuration_mode: 'None',
    ...more,
  });
  const network = (bridge: string, MTU = '1500') => ({ uuid: `network-${bridge}`, bridge, MTU });
  return {
    pifs: {
      eth0: pif('eth0', 0, { management: true, VLAN_slave_of: ['v0'], currently_attached: true }),
      eth1: pif('eth1', 1, { bond_slave_of: 'b0' }),
      eth2: pif('eth2', 2, { bond_slave_of: 'b0' }),
      eth3: pif('eth3', 3, { tunnel_transport_PIF_of: ['t0'] }),
      'eth0.5': pif('eth0', 0, { VLAN: '5', VLAN_master_of: 'v0', network: 'net-eth0.5' }),
      bond0: pif('bond0', 1, {
        bond_master_of: ['b0'],
        VLAN_slave_of: ['v1'],
        other_config: { 'bond-mode': options.mode ?? 'balance-slb' },
      }),
      'bond0.5': pif('bond0', 1, { VLAN: '5', VLAN_master_of: 'v1', network: 'net-bond0.5' }),
      tunnel0: { ...pif('tunnel0', 3, { tunnel_access_PIF_of: ['t0'] }), MAC: '52:54:00:77:00:99' },
    },
    networks: {
      'net-eth0': network('xenbr0', '1400'),
      'net-eth1': network('xenbr1'),
      'net-eth2': network('xenbr2'),
      'net-eth3': network('xenbr3'),
      'net-eth0.5': network('xapi5'),
      'net-bond0': network('xapi0'),
      'net-bond0.5': network('xapi6'),
      'net-tunnel0': network('xapi7'),
    },
    bonds: { b0: { uuid: 'bond', master: 'bond0', slaves: ['eth1', 'eth2'] } },
    vlans: {
      v0: { uuid: 'vlan0', tagged_PIF: 'eth0', untagged_PIF: 'eth0.5' },
      v1: { uuid: 'vlan1', tagged_PIF: 'bond0', untagged_PIF: 'bond0.5' },
    },
    tunnels: { t0: { uuid: 'tunnel', access_PIF: 'tunnel0', transport_PIF: 'eth3' } },
    pools: { pool: { other_config: options.secure ? { 'vswitch-controller-fail-mode': 'secure' } : {} } },
  };
}

export function host(options: { secure?: boolean; mode?: string } = {}): Records {
  return parseRecords(hostDocument(options));
}
