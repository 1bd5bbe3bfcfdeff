import { byte, flag, networkShort, type OptionsOf, oneOf, seconds, short } from '../rtnetlink/fields.js';
import type { LinkOptions } from './common.js';

/** Tag protocols; their numbers are in network byte order. */
export const VLAN_PROTOCOLS = { '802.1Q': 0x8100, '802.1ad': 0x88a8 } as const;

/** IFLA_BR_* of linux/if_link.h. */
export const BRIDGE_FIELDS = {
  /** Seconds that a port listens, and then learns, before it forwards; below 2 only while STP is off. */
  forwardDelay: seconds(1),
  /** Seconds, 1 to 10. */
  helloTime: seconds(2),
  /** Seconds, 6 to 40. */
  maxAge: seconds(3),
  /** Seconds that an address is remembered; 0 floods every frame. */
  ageingTime: seconds(4),
  /** The spanning tree protocol. */
  stp: flag(5, 4),
  priority: short(6),
  vlanFiltering: flag(7),
  vlanProtocol: oneOf(8, VLAN_PROTOCOLS, networkShort),
  /** A bit for each of the addresses 01:80:c2:00:00:0X that are forwarded. */
  groupForwardMask: short(9),
  multicastRouter: byte(22, 0, 2),
  multicastSnooping: flag(23),
  multicastQuerier: flag(25),
  /** The VLAN of untagged frames, 0 for none. */
  defaultPvid: short(39, 0, 4094),
};

/** Options of a bridge. */
export type BridgeOptions = OptionsOf<typeof BRIDGE_FIELDS>;

/** A bridge to make, for `createLinks`. */
export interface BridgeSpec extends LinkOptions, BridgeOptions {
  kind: 'bridge';
  name: string;
}
