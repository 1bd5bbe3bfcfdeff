import type { Address, Route } from '../netdev/index.js';

/** What planners know of a machine and its switch: a snapshot, so that planning is a pure function. */
export interface Facts {
  /** A device of this namespace; `undefined` when there is none. */
  link(name: string): LinkFacts | undefined;
  /** Whether the switch has the bridge. `'unknown'` when nothing is known of the switch. */
  bridge(name: string): boolean | 'unknown';
  /** The type of the bridge's datapath, where the switch has the bridge. */
  datapathType?(bridge: string): string | undefined;
  /** The port of that name, or that has an interface of that name. `'as wanted'` when it is only known to be there. */
  port(name: string): PortFacts | 'as wanted' | undefined;
  /** The ports whose interfaces carry an iface-id. */
  portsOf(interfaceId: string): readonly PortFacts[];
  /** The addresses and routes of a device, which would go with it into a bridge. */
  carried(device: string): Carried;
  /** A PCI device that is a virtual function. */
  virtualFunction(pciAddress: string): VfFacts | undefined;
  /** Whether the kernel has IPv6. */
  readonly ipv6: boolean;
  /** `uname -r` */
  readonly kernelRelease: string;
}

/** What is not known is undefined, and taken for as wanted. */
export interface LinkFacts {
  /** `tap`, `bridge`, `veth`, `vlan`, ... as the kernel names it; null for a card, and for what is just known to be no tap. */
  readonly kind?: string | null | undefined;
  readonly up?: boolean | undefined;
  /** Bytes. */
  readonly mtu?: number | undefined;
  readonly promiscuous?: boolean | undefined;
  /** The bridge or switch that it is in; null for none. */
  readonly master?: string | null | undefined;
  readonly alias?: string | null | undefined;
  /** Of a VLAN device: the device under it, and the VLAN. */
  readonly vlan?: { readonly link: string | null; readonly id: number } | undefined;
}

export interface PortFacts {
  readonly name: string;
  readonly bridge: string;
  /** The names of its interfaces: one of its own name, or a bond's members. */
  readonly interfaces: readonly string[];
  /** Its interface's type; empty for a device of the system. */
  readonly type: string;
  /** Its interface's external ids. */
  readonly externalIds: ReadonlyMap<string, string>;
  /** Whether ovs-vswitchd has opened it. */
  readonly opened: boolean;
  readonly tag: number | undefined;
  readonly trunks: readonly number[];
  readonly vlanMode: string | undefined;
  readonly mtuRequest: number | undefined;
  readonly ingressPolicingRate: number;
  readonly ingressPolicingBurst: number;
  readonly qos: QosFacts | undefined;
  /** Whose mark it carries. */
  readonly owner?: string | undefined;
  /** Its interface's options: the peer of a patch port. */
  readonly options: ReadonlyMap<string, string>;
}

export interface QosFacts {
  readonly uuid: string;
  readonly type: string;
  readonly otherConfig: ReadonlyMap<string, string>;
  /** The VIF that it was made for. */
  readonly vif: string | undefined;
}

export interface Carried {
  readonly addresses: readonly Address[];
  /** Those that people and daemons made. */
  readonly routes: readonly Route[];
}

export interface VfFacts {
  /** Its own devices. */
  readonly devices: readonly string[];
  /** Those of its physical function. */
  readonly pfDevices: readonly string[];
  /** N of `ip link set PF vf N`. */
  readonly index: number;
  /** The device that stands for it on the host, where its card is in switchdev mode. */
  readonly representor: string | undefined;
}

/** The facts that a plan is made of: those that take asking the kernel twice are read only where a type says so. */
export interface Reads {
  /** Devices. */
  readonly links?: readonly string[];
  /** Devices of which kind, master, promiscuity are wanted too. */
  readonly details?: readonly string[];
  /** A device whose addresses and routes would move. */
  readonly carried?: string | undefined;
  /** A virtual function's address. */
  readonly virtualFunction?: string | undefined;
}
