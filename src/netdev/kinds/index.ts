/** Every kind of link: how it is made, and how its settings are read. */
import { InvalidArgumentError } from '../../base/errors.js';
import { show } from '../name.js';
import { attribute, attributeMap, nested, text } from '../rtnetlink/attributes.js';
import { IFLA, IFLA_INFO_DATA, IFLA_INFO_KIND } from '../rtnetlink/constants.js';
import { decodeFields, encodeFields, type FieldTable, flag, long, type OptionsOf, oneOf } from '../rtnetlink/fields.js';
import { BOND_FIELDS, type BondOptions, type BondSpec } from './bond.js';
import { BRIDGE_FIELDS, type BridgeOptions, type BridgeSpec } from './bridge.js';
import { type Encoded, linkTo } from './common.js';
import type { DummySpec } from './dummy.js';
import { MACVLAN_FIELDS, type MacvlanOptions, type MacvlanSpec } from './macvlan.js';
import { encodeVeth, type VethSpec } from './veth.js';
import { VLAN_FIELDS, type VlanOptions, type VlanSpec } from './vlan.js';
import { encodeVxlan, VXLAN_FIELDS, type VxlanOptions, type VxlanSpec, vxlanOptions } from './vxlan.js';

/** A link that is to be made. A tap is made by `createTap`: the kernel makes none over rtnetlink. */
export type LinkSpec = VethSpec | BridgeSpec | MacvlanSpec | VlanSpec | DummySpec | BondSpec | VxlanSpec;

/** IFLA_TUN_* of linux/if_link.h: read only. */
const TUN_FIELDS = {
  owner: long(1),
  group: long(2),
  type: oneOf(3, { tun: 1, tap: 2 }),
  vnetHeader: flag(5),
  persistent: flag(6),
  multiQueue: flag(7),
};
/** What the kernel tells of a tap. */
export type TunData = OptionsOf<typeof TUN_FIELDS>;

/** What a link has by its kind; null for a kind that is not known here, or that has nothing. */
export type KindData = BridgeOptions | BondOptions | MacvlanOptions | VlanOptions | VxlanOptions | TunData | null;

const TABLES: Record<string, FieldTable> = {
  bond: BOND_FIELDS,
  bridge: BRIDGE_FIELDS,
  macvlan: MACVLAN_FIELDS,
  macvtap: MACVLAN_FIELDS,
  tun: TUN_FIELDS,
  vlan: VLAN_FIELDS,
  vxlan: VXLAN_FIELDS,
};

/** IFLA_LINKINFO for the kind, and what stands beside it. @throws {InvalidArgumentError} */
export function encodeKind(spec: LinkSpec, peerIndex?: number): Buffer[] {
  const { data = [], attributes = [] } = encode(spec, peerIndex);
  return [...attributes, linkInfo(spec.kind, data)];
}

/** IFLA_LINKINFO with settings of a kind, for a link that is there. @throws {InvalidArgumentError} */
export function encodeSettings(kind: 'bridge' | 'bond', options: BridgeOptions | BondOptions): Buffer {
  return linkInfo(kind, encodeFields(TABLES[kind]!, options));
}

export function decodeKind(kind: string, data: Buffer | undefined): KindData {
  const table = Object.hasOwn(TABLES, kind) ? TABLES[kind] : undefined;
  if (!table || !data) return null;
  const fields = decodeFields(table, attributeMap(data));
  return kind === 'vxlan' ? vxlanOptions(fields) : fields;
}

/** What a message calls it: `the VLAN vlan5`. */
export function describe(spec: LinkSpec): string {
  return spec.kind === 'veth' ? `veth pair ${spec.name}, ${spec.peer.name}` : `${spec.kind} ${spec.name}`;
}

function linkInfo(kind: string, data: readonly Buffer[]): Buffer {
  const name = attribute(IFLA_INFO_KIND, text(kind));
  return nested(IFLA.LINKINFO, data.length === 0 ? [name] : [name, nested(IFLA_INFO_DATA, data)]);
}

function encode(spec: LinkSpec, peerIndex: number | undefined): Encoded {
  switch (spec.kind) {
    case 'veth':
      return encodeVeth(spec, peerIndex);
    case 'bridge':
      return { data: encodeFields(BRIDGE_FIELDS, spec) };
    case 'bond':
      return { data: encodeFields(BOND_FIELDS, spec) };
    case 'macvlan':
    case 'macvtap':
      return { data: encodeFields(MACVLAN_FIELDS, spec), attributes: [linkTo(IFLA.LINK, spec.link)] };
    case 'vlan':
      return { data: encodeFields(VLAN_FIELDS, spec), attributes: [linkTo(IFLA.LINK, spec.link)] };
    case 'vxlan':
      return encodeVxlan(spec);
    case 'dummy':
      return {};
    default: {
      const { kind } = spec as { kind: unknown };
      throw new InvalidArgumentError(
        `kind must be one of veth, bridge, bond, macvlan, macvtap, vlan, vxlan, dummy, not ${show(String(kind))}`,
      );
    }
  }
}
