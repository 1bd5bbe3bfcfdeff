import type { FactsDocument } from '../../../src/reconfigure/index.js';
import { macOf } from '../lab.js';

const card = (mtu: number) => ({ up: true, mtu, offloads: { gro: false, lro: false } });

const bridge = (number: number, ...networks: string[]) => ({
  fail_mode: 'standalone',
  hwaddr: macOf(number),
  network_uuids: networks.join(';'),
});

/** The host of ../host.ts with eth0, the bond, and the VLAN on it up: nothing is to be done for any of them. */
export function settled() {
  return {
    netdevs: {
      eth0: card(1400),
      eth1: card(1500),
      eth2: card(1500),
      eth3: {},
      bond0: { up: true },
      xenbr0: { up: true },
      xapi0: { up: true },
      xapi6: { up: true },
    },
    bridges: {
      xenbr0: bridge(0, 'network-xenbr0', 'network-xapi5'),
      xapi0: bridge(1, 'network-xapi0', 'network-xapi6'),
      xapi6: { parent: 'xapi0', vlan: 5, network_uuids: 'network-xapi0;network-xapi6' },
    },
    ports: {
      eth0: { bridge: 'xenbr0', interfaces: ['eth0'] },
      bond0: {
        bridge: 'xapi0',
        interfaces: ['eth2', 'eth1'],
        fake_interface: true,
        mac: macOf(1),
        bond_mode: 'balance-slb',
        lacp: 'off',
        bond_updelay: 31_000,
        bond_downdelay: 200,
        other_config: { 'bond-detect-mode': 'carrier', 'bond-miimon-interval': '100' },
      },
    },
    interfaces: {
      eth0: { port: 'eth0' },
      eth1: { port: 'bond0' },
      eth2: { port: 'bond0' },
      xapi6: { port: 'xapi6', mac: macOf(1) },
    },
  } satisfies FactsDocument;
}

/**
 * {@link settled} with some fields changed, or with what is there no more:
 * `{ 'ports.bond0': { lacp: 'active' }, 'netdevs.xapi0': undefined }`.
 */
export function settledBut(changes: { readonly [where: string]: object | undefined }): FactsDocument {
  const document: { [part: string]: { [name: string]: object } } = settled();
  for (const [where, fields] of Object.entries(changes)) {
    const [part = '', name = ''] = where.split('.');
    const table = document[part] ?? {};
    if (fields === undefined) delete table[name];
    else table[name] = { ...table[name], ...fields };
  }
  return document as unknown as FactsDocument;
}
