import type { PlugRequest } from '../../src/vif/index.js';

type Options = { mtu?: number; bridge?: string } & Partial<
  Pick<PlugRequest, 'release' | 'port' | 'conf' | 'flavor'>
> & {
    vif?: object;
  };

/** A request for the tap `tap<n>` on br-int; each number has an id and a MAC of its own. */
export function request(n: number, { mtu, bridge = 'br-int', vif, ...others }: Options = {}): PlugRequest {
  const hex = n.toString(16).padStart(12, '0');
  return {
    vif: {
      id: `00000000-0000-4000-8000-${hex}`,
      address: `fa:16:3e:00:${hex.slice(-4, -2)}:${hex.slice(-2)}`,
      type: 'ovs',
      devname: `tap${n}`,
      network: { bridge, ...(mtu === undefined ? {} : { meta: { mtu } }) },
      ...vif,
    },
    instance: { uuid: '10000000-0000-4000-8000-000000000000' },
    ...others,
  };
}
