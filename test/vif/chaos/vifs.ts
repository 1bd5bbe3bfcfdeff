/** The VIFs that come and go: plain taps, some with an MTU, some with a QoS row of their own. */
import type { PlugRequest } from '../../../src/vif/index.js';
import { request } from '../request.js';

export const BRIDGE = 'br-int';
export const VIFS = 64;

export function vif(n: number): PlugRequest {
  const mtu = n % 4 === 1 ? { mtu: 1400 } : {};
  const qos = n % 8 === 2 ? { port: { qos: { type: 'linux-noop' as const } } } : {};
  return request(n, { bridge: BRIDGE, ...mtu, ...qos });
}

export const deviceOf = (n: number): string => `tap${n}`;
export const interfaceIdOf = (n: number): string => (vif(n).vif as { id: string }).id;
