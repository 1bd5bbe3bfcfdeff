/** The records of XenAPI that say what a host's network is to be, under XenAPI's own names. */

/** An opaque reference; `null` where XenAPI has `OpaqueRef:NULL`. */
export type Reference = string | null;

/** Settings by key, as `other_config` has them. */
export type OtherConfig = ReadonlyMap<string, string>;

export const IP_MODES = ['DHCP', 'Static', 'None'] as const;
/** How an interface gets its address. */
export type IpMode = (typeof IP_MODES)[number];

/** A physical interface, or what stands on one: a bond, a VLAN, a tunnel. */
export interface Pif {
  readonly ref: string;
  readonly uuid: string;
  readonly device: string;
  /** Empty when it has none. */
  readonly MAC: string;
  readonly network: string;
  /** 0 to 4095; -1 for an untagged one. */
  readonly VLAN: number;
  readonly VLAN_master_of: Reference;
  readonly VLAN_slave_of: readonly string[];
  readonly bond_master_of: readonly string[];
  readonly bond_slave_of: Reference;
  readonly tunnel_access_PIF_of: readonly string[];
  readonly tunnel_transport_PIF_of: readonly string[];
  readonly management: boolean;
  readonly currently_attached: boolean;
  readonly ip_configuration_mode: IpMode;
  readonly IP: string;
  readonly netmask: string;
  readonly gateway: string;
  /** Servers, with commas between. */
  readonly DNS: string;
  readonly other_config: OtherConfig;
}

/** A bond of PIFs. */
export interface Bond {
  readonly ref: string;
  readonly uuid: string;
  readonly master: string;
  readonly slaves: readonly string[];
}

/** A VLAN: the PIF of the tagged network, and the one that carries it. */
export interface Vlan {
  readonly ref: string;
  readonly uuid: string;
  /** The PIF below, whose frames carry the tag. */
  readonly tagged_PIF: string;
  /** The VLAN PIF itself. */
  readonly untagged_PIF: string;
}

/** A tunnel: the PIF that guests use, and the one that carries it. */
export interface Tunnel {
  readonly ref: string;
  readonly uuid: string;
  readonly access_PIF: string;
  readonly transport_PIF: string;
}

/** A network, which a bridge carries. */
export interface Network {
  readonly ref: string;
  readonly uuid: string;
  /** Empty for a network that is not bridged. */
  readonly bridge: string;
  /** As it was written; `undefined` when the record has none. */
  readonly MTU: string | undefined;
  readonly PIFs: readonly string[];
  readonly other_config: OtherConfig;
}

/** The pool that the host belongs to. */
export interface Pool {
  readonly ref: string;
  readonly other_config: OtherConfig;
}

/** All records of a host, by reference; their order is that of the source. */
export interface Records {
  readonly pifs: ReadonlyMap<string, Pif>;
  readonly networks: ReadonlyMap<string, Network>;
  readonly bonds: ReadonlyMap<string, Bond>;
  readonly vlans: ReadonlyMap<string, Vlan>;
  readonly tunnels: ReadonlyMap<string, Tunnel>;
  readonly pools: ReadonlyMap<string, Pool>;
}
