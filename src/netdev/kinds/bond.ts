import { byte, flag, long, type OptionsOf, oneOf } from '../rtnetlink/fields.js';
import type { LinkOptions } from './common.js';

/** IFLA_BOND_* of linux/if_link.h; Documentation/networking/bonding.rst says what each does. */
export const BOND_FIELDS = {
  mode: oneOf(1, {
    'balance-rr': 0,
    'active-backup': 1,
    'balance-xor': 2,
    broadcast: 3,
    '802.3ad': 4,
    'balance-tlb': 5,
    'balance-alb': 6,
  }),
  /** Milliseconds between looks at the carrier of its links; 0 never looks. */
  miimon: long(3),
  /** Milliseconds, a multiple of miimon. */
  upDelay: long(4),
  /** Milliseconds, a multiple of miimon. */
  downDelay: long(5),
  useCarrier: flag(6),
  failOverMac: oneOf(13, { none: 0, active: 1, follow: 2 }),
  xmitHashPolicy: oneOf(14, {
    layer2: 0,
    'layer3+4': 1,
    'layer2+3': 2,
    'encap2+3': 3,
    'encap3+4': 4,
    'vlan+srcmac': 5,
  }),
  /** Gratuitous ARPs after a failover. */
  peerNotifications: byte(16),
  minLinks: long(18),
  lacpRate: oneOf(21, { slow: 0, fast: 1 }),
  adSelect: oneOf(22, { stable: 0, bandwidth: 1, count: 2 }),
};

/** Options of a bond. */
export type BondOptions = OptionsOf<typeof BOND_FIELDS>;

/** A bond to make, for `createLinks`. */
export interface BondSpec extends LinkOptions, BondOptions {
  kind: 'bond';
  name: string;
}
