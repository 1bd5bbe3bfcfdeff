/** The VIFs that come and go, of all the ways in which a device and a port are made. */
import type { PlugRequest } from '../../../src/vif/index.js';
import { request } from '../request.js';

export const BRIDGE = 'br-int';
/** Linux bridges that VIFs share. */
export const LINUX_BRIDGES = ['lbr0', 'lbr1'];
export const VIFS = 64;

type Way = 'tap' | 'hybrid' | 'own bridge' | 'linux bridge';

/** Mostly taps and hybrid VIFs. */
export function wayOf(n: number): Way {
  if (n % 16 === 6) return 'linux bridge';
  if (n % 16 === 8) return 'own bridge';
  return n % 4 === 3 ? 'hybrid' : 'tap';
}

/** Those divisible by three are on the first: the test wants none of them at its end. */
const linuxBridgeOf = (n: number) => LINUX_BRIDGES[n % 3 === 0 ? 0 : 1] as string;

export const interfaceIdOf = (n: number): string => `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`;
/** A device or port of nova's or os-vif's. */
const named = (prefix: string, n: number) => `${prefix}${interfaceIdOf(n)}`.slice(0, 14);

/** Some with an MTU, some with a QoS row of their own. */
export function vif(n: number): PlugRequest {
  const { vif: plain, instance } = request(n, { bridge: BRIDGE });
  const base = { ...plain, id: interfaceIdOf(n) };
  const mtu = n % 4 === 1 ? { mtu: 1400 } : {};
  switch (wayOf(n)) {
    case 'tap':
      return {
        vif: base,
        instance,
        ...mtu,
        ...(n % 8 === 2 ? { port: { qos: { type: 'linux-noop' as const } } } : {}),
      };
    case 'hybrid':
      return { vif: { ...base, details: { ovs_hybrid_plug: true } }, instance };
    case 'own bridge':
      return { vif: base, instance, port: { per_port_bridge: true, datapath_type: 'netdev' } };
    case 'linux bridge': {
      const network = { bridge: linuxBridgeOf(n), meta: { should_create_bridge: true } };
      return { vif: { ...base, type: 'bridge', network }, instance };
    }
  }
}

export interface Expected {
  /** Its port on the network's bridge, which has the iface-id. */
  readonly port?: string;
  /** All its interfaces. */
  readonly interfaces: readonly string[];
  /** Its bridge on the switch, with a device of the same name. */
  readonly ownBridge?: string;
  /** The masters of its devices, which are up. */
  readonly devices: ReadonlyMap<string, string | null>;
  /** Whether an unplug leaves it. */
  readonly shared: boolean;
}

/** What there is when it is plugged. */
export function expected(n: number): Expected {
  const tap = `tap${n}`;
  switch (wayOf(n)) {
    case 'tap':
      return { port: tap, interfaces: [tap], devices: new Map([[tap, null]]), shared: false };
    case 'hybrid': {
      const [qbr, qvb, qvo] = [named('qbr', n), named('qvb', n), named('qvo', n)];
      const devices = new Map([
        [qbr, null],
        [qvb, qbr],
        [qvo, null],
      ]);
      return { port: qvo, interfaces: [qvo], devices, shared: false };
    }
    case 'own bridge': {
      const [ownBridge, end, port] = [named('pb', n), named('pbp', n), named('ibp', n)];
      const interfaces = [ownBridge, tap, end, port];
      return { port, interfaces, ownBridge, devices: new Map([[tap, null]]), shared: false };
    }
    case 'linux bridge':
      return { interfaces: [], devices: new Map([[linuxBridgeOf(n), null]]), shared: true };
  }
}
