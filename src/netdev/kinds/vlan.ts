import { networkShort, type OptionsOf, oneOf, short } from '../rtnetlink/fields.js';
import { VLAN_PROTOCOLS } from './bridge.js';
import type { LinkOptions } from './common.js';

/** IFLA_VLAN_* of linux/if_link.h. */
export const VLAN_FIELDS = {
  /** 0 to 4094. */
  id: short(1, 0, 4094),
  /** Default: `802.1Q`. In network byte order, unlike all else here: `netlink` of npm writes it the wrong way round. */
  protocol: oneOf(5, VLAN_PROTOCOLS, networkShort),
};

/** Options of a VLAN. */
export type VlanOptions = OptionsOf<typeof VLAN_FIELDS>;

/** A VLAN to make, for `createLinks`. */
export interface VlanSpec extends LinkOptions, VlanOptions {
  kind: 'vlan';
  name: string;
  /** The link below. */
  link: string;
  /** 0 to 4094. */
  id: number;
}
