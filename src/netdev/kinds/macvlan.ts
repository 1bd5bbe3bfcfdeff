import { long, type OptionsOf, oneOf } from '../rtnetlink/fields.js';
import type { LinkOptions } from './common.js';

/** IFLA_MACVLAN_* of linux/if_link.h. */
export const MACVLAN_FIELDS = {
  /** Who of those on the same link hear each other; `passthru` takes the link for itself. Default: `vepa`. */
  mode: oneOf(1, { private: 1, vepa: 2, bridge: 4, passthru: 8, source: 16 }, long),
};

/** Options of a macvlan or macvtap. */
export type MacvlanOptions = OptionsOf<typeof MACVLAN_FIELDS>;
/** How macvlans of one parent see each other. */
export type MacvlanMode = NonNullable<MacvlanOptions['mode']>;

/** A macvlan or macvtap to make, for `createLinks`. */
export interface MacvlanSpec extends LinkOptions, MacvlanOptions {
  /** A macvtap is read and written through `/dev/tapINDEX`. */
  kind: 'macvlan' | 'macvtap';
  name: string;
  /** The link below. */
  link: string;
}
