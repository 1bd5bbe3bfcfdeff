import type { Facts, LinkFacts, PortFacts } from '../../src/vif/facts.js';

/** A machine where nothing is, and a switch with br-int. */
export const nothing: Facts = {
  link: () => undefined,
  bridge: (name) => name === 'br-int',
  port: () => undefined,
  portsOf: () => [],
  carried: () => ({ addresses: [], routes: [] }),
  virtualFunction: () => undefined,
  ipv6: true,
  kernelRelease: '6.1.0',
};

export const withLinks = (links: Record<string, LinkFacts>, facts = nothing): Facts => ({
  ...facts,
  link: (name) => links[name],
});

export const withPorts = (ports: Record<string, PortFacts>, facts = nothing): Facts => ({
  ...facts,
  port: (name) => ports[name],
  portsOf: (id) => Object.values(ports).filter((port) => port.externalIds.get('iface-id') === id),
});

export const tapLink: LinkFacts = { kind: 'tap', up: true, mtu: 1500 };

/** The external ids of `request(1)`. */
export const ids = {
  'iface-id': '00000000-0000-4000-8000-000000000001',
  'iface-status': 'active',
  'attached-mac': 'fa:16:3e:00:00:01',
  'vm-uuid': '10000000-0000-4000-8000-000000000000',
};

/** The port of `request(1)`, as it is once it is plugged. */
export const tap1Port: PortFacts = {
  name: 'tap1',
  bridge: 'br-int',
  interfaces: ['tap1'],
  type: '',
  externalIds: new Map(Object.entries(ids)),
  options: new Map(),
  opened: true,
  tag: undefined,
  trunks: [],
  vlanMode: undefined,
  mtuRequest: undefined,
  ingressPolicingRate: 0,
  ingressPolicingBurst: 0,
  qos: undefined,
};
