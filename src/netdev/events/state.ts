import type { NativeAddressMessage, NativeLinkMessage } from '../native.js';
import { IFF_LOWER_UP, IFF_PROMISC, IFF_UP } from '../rtnetlink/constants.js';

/** IF_OPER_* of linux/if.h, as ip(8) names them: RFC 2863. */
export const OPERATIONAL_STATES = [
  'unknown',
  'notpresent',
  'down',
  'lowerlayerdown',
  'testing',
  'dormant',
  'up',
] as const;

/** The operational state of a link (RFC 2863). */
export type OperationalState = (typeof OPERATIONAL_STATES)[number];

/** A link as an event tells of it. */
export interface LinkState {
  readonly index: number;
  readonly name: string;
  /** All bits of IFF_* (linux/if.h). */
  readonly flags: number;
  /** Set up by the administrator. */
  readonly up: boolean;
  /** The device has its carrier (IFF_LOWER_UP); never while it is down. */
  readonly carrier: boolean;
  readonly promiscuous: boolean;
  readonly operationalState: OperationalState;
  /** Bytes. */
  readonly mtu: number;
  /** The link-layer address, for most links of six bytes; null when there is none. */
  readonly mac: string | null;
  /** As `ip -d link` names it: `veth`, `bridge`, `tun`; null for hardware. */
  readonly kind: string | null;
  /** The index of the bridge, bond or switch that it belongs to. */
  readonly master: number | null;
  /** The index of what it sits on, as a VLAN does, or of its peer; perhaps in another namespace. */
  readonly parent: number | null;
  /** 0 unless set: `ip link set DEV group N`. */
  readonly group: number;
  /** Packets. */
  readonly txQueueLength: number;
}

/** An address of a link. */
export interface AddressState {
  /** The link's. */
  readonly index: number;
  readonly family: 'inet' | 'inet6';
  /** `192.0.2.1`, `2001:db8::1`. */
  readonly address: string;
  readonly prefixLength: number;
  /** 0 is global, 253 the link, 254 the host (rt_scope_t of linux/rtnetlink.h). */
  readonly scope: number;
  /** IFA_F_* of linux/if_addr.h, such as 0x40 while it is tentative. */
  readonly flags: number;
  /** Of IPv4 alone; null when there is none. */
  readonly label: string | null;
}

export function toLinkState(message: NativeLinkMessage): LinkState {
  const { index, name, flags, mtu, mac, kind, master, parent, group, txQueueLength } = message;
  return {
    index,
    name,
    flags,
    up: (flags & IFF_UP) !== 0,
    carrier: (flags & IFF_LOWER_UP) !== 0,
    promiscuous: (flags & IFF_PROMISC) !== 0,
    operationalState: OPERATIONAL_STATES[message.operationalState] ?? 'unknown',
    mtu,
    mac,
    kind: kind || null,
    master: master || null,
    parent: parent || null,
    group,
    txQueueLength,
  };
}

const AF_INET = 2;

export function toAddressState(message: NativeAddressMessage): AddressState {
  const { index, family, address, prefixLength, scope, flags, label } = message;
  return {
    index,
    family: family === AF_INET ? 'inet' : 'inet6',
    address,
    prefixLength,
    scope,
    flags,
    label: label || null,
  };
}

/** Whether two states tell the same; each is a flat record. */
export function sameState<T extends object>(one: T, other: T): boolean {
  for (const key in one) if (one[key] !== other[key]) return false;
  return true;
}
