import { isIP } from 'node:net';
import { byte, encodeFields, flag, ipAddress, long, networkShort, type OptionsOf } from '../rtnetlink/fields.js';
import { type Encoded, type LinkOptions, linkTo } from './common.js';

const IFLA_VXLAN_LINK = 3;

/** IFLA_VXLAN_* of linux/if_link.h. */
export const VXLAN_FIELDS = {
  /** The network's number, 0 to 16777215. */
  id: long(1, 0, 0xff_ffff),
  remote: ipAddress(2, 4),
  local: ipAddress(4, 4),
  ttl: byte(5),
  tos: byte(6),
  /** Learn where addresses are from what comes in. Default: true. */
  learning: flag(7),
  /** Seconds. */
  ageing: long(8),
  /** UDP. Default: 8472, the kernel's own from before 4789 was assigned. */
  port: networkShort(15),
  remote6: ipAddress(16, 6),
  local6: ipAddress(17, 6),
  udpChecksum: flag(18),
  /** Takes its network's number and remote from each packet's metadata, as Open vSwitch's tunnels do. */
  external: flag(25),
};

type Fields = OptionsOf<typeof VXLAN_FIELDS>;

/** An address of either family is `remote` or `local`. */
export type VxlanOptions = Omit<Fields, 'remote6' | 'local6'>;

export interface VxlanSpec extends LinkOptions, VxlanOptions {
  kind: 'vxlan';
  name: string;
  /** The link that carries it; needed for a `remote` that is a multicast group. */
  link?: string | undefined;
}

export function vxlanOptions({ remote6, local6, ...rest }: Fields): VxlanOptions {
  return {
    ...rest,
    ...(remote6 === undefined ? {} : { remote: remote6 }),
    ...(local6 === undefined ? {} : { local: local6 }),
  };
}

export function encodeVxlan(spec: VxlanSpec): Encoded {
  const { link, remote, local, ...rest } = spec;
  // The kernel has an attribute for each family.
  const fields: Fields = {
    ...rest,
    ...(isIP(remote ?? '') === 6 ? { remote6: remote } : { remote }),
    ...(isIP(local ?? '') === 6 ? { local6: local } : { local }),
  };
  const carrier = link === undefined ? [] : [linkTo(IFLA_VXLAN_LINK, link)];
  return { data: [...encodeFields(VXLAN_FIELDS, fields), ...carrier] };
}
