import type { PlugRequest } from '../../src/vif/index.js';

/** A request for the tap `tap<n>` on br-int; each number has an id and a MAC of its own. */
export function request(n: number, options: { mtu?: number; bridge?: string } = {}): PlugRequest {
  const hex = n.toString(16).padStart(2, '0');
  return {
    vif: {
      id: `00000000-0000-4000-8000-0000000000${hex}`,
      address: `fa:16:3e:00:00:${hex}`,
      type: 'ovs',
      devname: `tap${n}`,
      network: {
        bridge: options.bridge ?? 'br-int',
        ...(options.mtu === undefined ? {} : { meta: { mtu: options.mtu } }),
      },
    },
    instance: { uuid: '10000000-0000-4000-8000-000000000000' },
  };
}
