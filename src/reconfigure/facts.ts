/** What the planner knows of the machine and the switch: one snapshot, so that planning is a pure function. */
export interface Facts {
  /** Devices by name. */
  readonly netdevs: ReadonlyMap<string, NetdevFacts>;
  /** The interfaces that have an ifcfg file. */
  readonly ifcfg: ReadonlySet<string>;
  /** What configuration files hold, by their names: `ifcfg-xenbr0`, `route-xenbr0`, `network`. */
  readonly files?: ReadonlyMap<string, string> | undefined;
  /** `undefined` when the database's socket is missing, as during shutdown. */
  readonly switch: SwitchFacts | undefined;
}

/** A device; `undefined` where a fact is not known, which makes the planner ask for what it wants. */
export interface NetdevFacts {
  readonly up?: boolean | undefined;
  /** Bytes. */
  readonly mtu?: number | undefined;
  /** `null` for a device without a driver. */
  readonly driver: string | null;
  /** The device inserts or strips VLAN tags by itself. */
  readonly vlanAcceleration: boolean;
  /** Mb/s; `null` when it is not known. */
  readonly speed?: number | null | undefined;
  readonly duplex?: 'half' | 'full' | null | undefined;
  readonly autoneg?: boolean | undefined;
  /** Whether an offload, by its short name, is as it can't be switched otherwise or on: see {@link OffloadFacts}. */
  readonly offloads?: ReadonlyMap<string, OffloadFacts> | undefined;
}

/** One of ethtool's short names: all its features that the device can switch. `mixed` when they differ. */
export interface OffloadFacts {
  readonly state: boolean | 'mixed';
  readonly switchable: boolean;
}

/** What the switch has of the names that the records use. */
export interface SwitchFacts {
  /** What is not told here is not there; otherwise it may be, and the planner makes sure. */
  readonly complete: boolean;
  readonly bridges: ReadonlyMap<string, BridgeFacts>;
  /** Ports that are no bridge's own. */
  readonly ports: ReadonlyMap<string, PortFacts>;
  /** The port that an interface is in, and the MAC that was asked for it. */
  readonly interfaces: ReadonlyMap<string, InterfaceFacts>;
  /** OpenFlow port numbers by interface, as far as they are known. */
  readonly ofports?: Readonly<Record<string, number>> | undefined;
}

/** A bridge as the switch has it. */
export interface BridgeFacts {
  /** Of a fake bridge. */
  readonly parent?: string | undefined;
  /** Of a fake bridge. */
  readonly vlan?: number | undefined;
  /** Empty when none is set. */
  readonly failMode: string;
  readonly hwaddr?: string | undefined;
  readonly disableInBand?: string | undefined;
  readonly networkUuids?: string | undefined;
}

/** A port as the switch has it. */
export interface PortFacts {
  /** As ovs-vsctl sees it: a fake one where the port has its VLAN. */
  readonly bridge: string;
  readonly interfaces: readonly string[];
  /** As one that was just added: of devices of the system, and without VLAN settings. */
  readonly plain: boolean;
  readonly fakeInterface: boolean;
  readonly mac?: string | undefined;
  readonly bondMode?: string | undefined;
  readonly lacp?: string | undefined;
  /** Milliseconds. */
  readonly upDelay: number;
  /** Milliseconds. */
  readonly downDelay: number;
  readonly otherConfig: ReadonlyMap<string, string>;
}

/** An interface as the switch has it. */
export interface InterfaceFacts {
  readonly port: string;
  readonly mac?: string | undefined;
}

/** Whether there is, or may be, a bridge of that name. */
export function mayHaveBridge(sw: SwitchFacts, name: string): boolean {
  return !sw.complete || sw.bridges.has(name);
}

/** Whether there is, or may be, a port of that name, or an interface in a port. */
export function mayHavePort(sw: SwitchFacts, name: string): boolean {
  return !sw.complete || sw.ports.has(name) || sw.interfaces.has(name);
}
