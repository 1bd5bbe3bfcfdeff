/** Steps that make devices. One that is there already makes them fail: a planner leaves the step out then. */
import {
  type BridgeOptions,
  createBridge,
  createMacvtap,
  createTap,
  createVethPair,
  createVlan,
  deleteLink,
  deleteTap,
  type MacvlanMode,
} from '../../netdev/index.js';
import { bridgeWords } from './bridge.js';
import type { Command, StepKinds, Undo } from './kind.js';

interface Settings {
  readonly device: string;
  /** `fa:16:3e:00:00:01`. Default: the kernel makes one up. */
  readonly mac?: string | undefined;
  /** Bytes. Default: that of the kind. */
  readonly mtu?: number | undefined;
  /** A text that tells whose it is: there as soon as the device is. */
  readonly alias?: string | undefined;
}

/** Makes a tap that outlives us, and brings it up. */
export interface CreateTapStep extends Settings {
  readonly kind: 'create-tap';
  /** Several queues may be opened. */
  readonly multiQueue?: boolean | undefined;
  /** Default: true. */
  readonly up?: boolean | undefined;
}

/** Makes a Linux bridge. IPv6 is switched off by a step `set-ipv6-disabled`. */
export interface CreateBridgeStep extends Settings {
  readonly kind: 'create-bridge';
  /** `{ forwardDelay: 0, stp: false, multicastSnooping: false }`. */
  readonly options?: BridgeOptions | undefined;
  /** Default: false. */
  readonly up?: boolean | undefined;
}

/** Makes a veth pair. MTU, alias and `up` are for both ends. */
export interface CreateVethStep {
  readonly kind: 'create-veth';
  readonly device: string;
  /** The other end. */
  readonly peer: string;
  /** Bytes. */
  readonly mtu?: number | undefined;
  readonly alias?: string | undefined;
  /** Default: false. */
  readonly up?: boolean | undefined;
}

/** Makes an 802.1Q device. */
export interface CreateVlanStep extends Settings {
  readonly kind: 'create-vlan';
  /** The link below. */
  readonly link: string;
  /** 0 to 4094. */
  readonly id: number;
  /** Default: false. */
  readonly up?: boolean | undefined;
}

/** Makes a macvtap. */
export interface CreateMacvtapStep extends Settings {
  readonly kind: 'create-macvtap';
  /** The link below. */
  readonly link: string;
  readonly mode: MacvlanMode;
  /** Default: false. */
  readonly up?: boolean | undefined;
}

export type CreateStep = CreateTapStep | CreateBridgeStep | CreateVethStep | CreateVlanStep | CreateMacvtapStep;

export const createKinds: StepKinds<CreateStep> = {
  'create-tap': {
    describe: ({ device }) => `create tap ${device}`,
    explain: ({ device, mac, mtu, multiQueue, alias, up = true }) => [
      ['ip', 'tuntap', 'add', 'dev', device, 'mode', 'tap', ...(multiQueue ? ['multi_queue'] : [])],
      // A tap takes neither when it is made.
      ...(mac === undefined ? [] : [['ip', 'link', 'set', 'dev', device, 'address', mac]]),
      ...(mtu === undefined ? [] : [['ip', 'link', 'set', 'dev', device, 'mtu', String(mtu)]]),
      ...setAlias(alias, device),
      ...setUp(up, device),
    ],
    async perform({ device, mac, mtu, multiQueue, alias, up = true }) {
      await createTap(device, { mac, mtu, multiQueue, alias, up });
      return () => deleteTap(device, { ifExists: true, force: true });
    },
  },
  'create-bridge': {
    describe: ({ device }) => `create bridge ${device}`,
    explain: ({ device, options = {}, alias, up, ...settings }) => [
      ['ip', 'link', 'add', 'name', device, ...words(settings), 'type', 'bridge', ...bridgeWords(options)],
      ...setAlias(alias, device),
      ...setUp(up, device),
    ],
    async perform({ device, mac, mtu, alias, up, options }) {
      await createBridge(device, { ...options, mac, mtu, alias, up });
      return deletion(device);
    },
  },
  'create-veth': {
    describe: ({ device, peer }) => `create veth pair ${device}, ${peer}`,
    explain: ({ device, peer, mtu, alias, up }) => [
      ['ip', 'link', 'add', 'name', device, ...words({ mtu }), 'type', 'veth', 'peer', 'name', peer, ...words({ mtu })],
      ...setAlias(alias, device, peer),
      ...setUp(up, device, peer),
    ],
    async perform({ device, peer, mtu, alias, up }) {
      await createVethPair(device, { name: peer, mtu, alias, up }, { mtu, alias, up });
      return deletion(device);
    },
  },
  'create-vlan': {
    describe: ({ device, link, id }) => `create VLAN device ${device} of VLAN ${id} on ${link}`,
    explain: ({ device, link, id, alias, up, ...settings }) => [
      ['ip', 'link', 'add', 'link', link, 'name', device, ...words(settings), 'type', 'vlan', 'id', String(id)],
      ...setAlias(alias, device),
      ...setUp(up, device),
    ],
    async perform({ device, link, id, mac, mtu, alias, up }) {
      await createVlan(device, link, { id, mac, mtu, alias, up });
      return deletion(device);
    },
  },
  'create-macvtap': {
    describe: ({ device, link }) => `create macvtap ${device} on ${link}`,
    explain: ({ device, link, mode, alias, up, ...settings }) => [
      ['ip', 'link', 'add', 'link', link, 'name', device, ...words(settings), 'type', 'macvtap', 'mode', mode],
      ...setAlias(alias, device),
      ...setUp(up, device),
    ],
    async perform({ device, link, mode, mac, mtu, alias, up }) {
      await createMacvtap(device, link, { mode, mac, mtu, alias, up });
      return deletion(device);
    },
  },
};

function words({ mac, mtu }: Pick<Settings, 'mac' | 'mtu'>): string[] {
  return [...(mac === undefined ? [] : ['address', mac]), ...(mtu === undefined ? [] : ['mtu', String(mtu)])];
}

function setAlias(alias: string | undefined, ...devices: string[]): Command[] {
  return alias === undefined ? [] : devices.map((device) => ['ip', 'link', 'set', 'dev', device, 'alias', alias]);
}

function setUp(up: boolean | undefined, ...devices: string[]): Command[] {
  return up ? devices.map((device) => ['ip', 'link', 'set', 'dev', device, 'up']) : [];
}

function deletion(device: string): Undo {
  return () => deleteLink(device, { ifExists: true });
}
