import { InvalidArgumentError } from '../base/errors.js';
import { type Reader, u16 } from './bytes.js';
import { type Port, show } from './port.js';
import {
  ETHER_TYPES,
  type EtherType,
  etherTypeKind,
  ipv4Kind,
  type Kind,
  type Masked,
  macKind,
  numberKind,
  portKind,
  wholeNumber,
} from './values.js';

/** Which packets a flow is for: those that have all of these. See ovs-fields(7), by the names in `formatFlow`. */
export interface Match {
  readonly inPort?: Port | undefined;
  /** Source address; some bits of it with a mask after a slash: `fa:16:3e:00:00:00/ff:ff:ff:00:00:00`. */
  readonly dlSrc?: string | undefined;
  /** Destination address, as `dlSrc`. */
  readonly dlDst?: string | undefined;
  readonly dlType?: EtherType | undefined;
  /** VLAN tag from 0 to 4095; {@link NO_VLAN} for packets without one. */
  readonly dlVlan?: number | undefined;
  /** VLAN priority, 0 to 7. */
  readonly dlVlanPcp?: number | undefined;
  /** With `dlType: 'ip'` or `'ipv6'` the protocol; with `'arp'` the opcode: 1 is a request, 2 a reply. */
  readonly nwProto?: number | undefined;
  /** The upper 6 bits of the IP TOS byte, as that byte: a multiple of 4. */
  readonly nwTos?: number | undefined;
  /** IPv4 source, or a network as `10.0.0.0/8` or `10.0.0.0/255.0.0.0`; with `dlType: 'arp'` the sender's address in it. */
  readonly nwSrc?: string | undefined;
  /** IPv4 destination, as `nwSrc`; with `dlType: 'arp'` the target's address in it. */
  readonly nwDst?: string | undefined;
  /** Source port of TCP (`nwProto: 6`), UDP (17) or SCTP (132). */
  readonly tpSrc?: number | undefined;
  /** Destination port, as `tpSrc`. */
  readonly tpDst?: number | undefined;
  /** ICMP (`dlType: 'ip'`, `nwProto: 1`) or ICMPv6 (`'ipv6'`, 58). */
  readonly icmpType?: number | undefined;
  readonly icmpCode?: number | undefined;
  /** What a flow of the switch matches besides, for which there is no word here; it can be sent back as it is. */
  readonly others?: readonly OtherField[] | undefined;
}

/** A field as it is on the wire. */
export interface OtherField {
  /** Its class and number in Nicira's extensible match: the upper 23 bits of `NXM_HEADER`. */
  readonly field: number;
  /** Value, and mask if there is one, in hexadecimal. */
  readonly value: string;
  readonly masked: boolean;
}

/** `dlVlan` of a packet that has no tag. */
export const NO_VLAN = 0xffff;

type Key = Exclude<keyof Match, 'others' | 'dlVlan' | 'dlVlanPcp'>;

/** Where our word stands on the wire: a row more is a field more. */
interface Field {
  readonly key: Key;
  /** The name in flow text. */
  readonly name: string;
  /** Class << 7 | number (openflow/nicira-ext.h, `NXM_HEADER`). */
  readonly field: number;
  readonly bytes: number;
  readonly kind: Kind;
  /** The field is there only in packets of one of these types... */
  readonly dlType?: readonly (keyof typeof ETHER_TYPES)[];
  /** ... and of one of these protocols. */
  readonly nwProto?: readonly number[];
}

const byte = numberKind(1, 0xff);
const word = numberKind(2, 0xffff);
/** Classes: OpenFlow's own fields, Nicira's, and OpenFlow 1.2's, which has SCTP. */
const [OF, NX, OXM] = [0x0000 << 7, 0x0001 << 7, 0x8000 << 7];

/** In an order in which each field comes after those that it depends on, as the switch asks for. */
const FIELDS: readonly Field[] = [
  { key: 'inPort', name: 'in_port', field: OF | 0, bytes: 2, kind: portKind },
  { key: 'dlDst', name: 'dl_dst', field: OF | 1, bytes: 6, kind: macKind },
  { key: 'dlSrc', name: 'dl_src', field: OF | 2, bytes: 6, kind: macKind },
  { key: 'dlType', name: 'dl_type', field: OF | 3, bytes: 2, kind: etherTypeKind },
  { key: 'nwTos', name: 'nw_tos', field: OF | 5, bytes: 1, kind: byte, dlType: ['ip', 'ipv6'] },
  { key: 'nwProto', name: 'nw_proto', field: OF | 6, bytes: 1, kind: byte, dlType: ['ip', 'ipv6'] },
  { key: 'nwProto', name: 'nw_proto', field: OF | 15, bytes: 2, kind: word, dlType: ['arp'] },
  { key: 'nwSrc', name: 'nw_src', field: OF | 7, bytes: 4, kind: ipv4Kind, dlType: ['ip'] },
  { key: 'nwDst', name: 'nw_dst', field: OF | 8, bytes: 4, kind: ipv4Kind, dlType: ['ip'] },
  { key: 'nwSrc', name: 'nw_src', field: OF | 16, bytes: 4, kind: ipv4Kind, dlType: ['arp'] },
  { key: 'nwDst', name: 'nw_dst', field: OF | 17, bytes: 4, kind: ipv4Kind, dlType: ['arp'] },
  ...transport(6, OF | 9),
  ...transport(17, OF | 11),
  ...transport(132, OXM | 17),
  { key: 'icmpType', name: 'icmp_type', field: OF | 13, bytes: 1, kind: byte, dlType: ['ip'], nwProto: [1] },
  { key: 'icmpCode', name: 'icmp_code', field: OF | 14, bytes: 1, kind: byte, dlType: ['ip'], nwProto: [1] },
  { key: 'icmpType', name: 'icmp_type', field: NX | 21, bytes: 1, kind: byte, dlType: ['ipv6'], nwProto: [58] },
  { key: 'icmpCode', name: 'icmp_code', field: NX | 22, bytes: 1, kind: byte, dlType: ['ipv6'], nwProto: [58] },
];

function transport(protocol: number, source: number): Field[] {
  const needs: Pick<Field, 'bytes' | 'kind' | 'dlType' | 'nwProto'> = {
    bytes: 2,
    kind: word,
    dlType: ['ip', 'ipv6'],
    nwProto: [protocol],
  };
  return [
    { key: 'tpSrc', name: 'tp_src', field: source, ...needs },
    { key: 'tpDst', name: 'tp_dst', field: source + 1, ...needs },
  ];
}

const byNumber = new Map(FIELDS.map((field) => [field.field, field]));

/** The VLAN tag as a whole; the bit above the tag's number tells whether there is one. */
const VLAN_FIELD = OF | 4;
const VLAN_PRESENT = 0x1000;
const VLAN_ID = 0x0fff;

const KEYS = new Set<string>([...FIELDS.map(({ key }) => key), 'dlVlan', 'dlVlanPcp', 'others']);

/** The field that selects flows by their cookie; only in requests about flows that are there. */
export const COOKIE_FIELD = NX | 30;

/**
 * A match in Nicira's extensible form, which unlike that of OpenFlow 1.0 itself has masks and room for more fields.
 * @throws {InvalidArgumentError} naming the field
 */
export function encodeMatch(match: Match): Buffer {
  checkKeys(match);
  const parts: Buffer[] = [];
  for (const row of FIELDS) {
    if (match[row.key] === undefined || !applies(row, match)) continue;
    const masked = row.kind.encode(match[row.key], `match.${row.key}`);
    if (!masked.mask?.every((bits) => bits === 0)) parts.push(encodeField(row.field, masked));
  }
  const tag = encodeVlan(match);
  if (tag) parts.push(encodeField(VLAN_FIELD, tag));
  for (const other of match.others ?? []) parts.push(encodeOther(other));
  return Buffer.concat(parts);
}

function checkKeys(match: Match): void {
  for (const [key, value] of Object.entries(match)) {
    if (!KEYS.has(key)) {
      throw new InvalidArgumentError(`match has no field ${show(key)}; it has ${[...KEYS].join(', ')}`);
    }
    const rows = FIELDS.filter((row) => row.key === key);
    if (value === undefined || rows.length === 0 || rows.some((row) => applies(row, match))) continue;
    const needs = rows.map(
      ({ dlType = [], nwProto }) => `dlType ${dlType.join(' or ')}${nwProto ? ` with nwProto ${nwProto}` : ''}`,
    );
    throw new InvalidArgumentError(`match.${key} needs ${[...new Set(needs)].join(', or ')}`);
  }
}

function applies({ dlType, nwProto }: Field, match: Match): boolean {
  if (nwProto && !nwProto.includes(match.nwProto as number)) return false;
  return !dlType || dlType.some((type) => type === match.dlType || ETHER_TYPES[type] === match.dlType);
}

function encodeVlan({ dlVlan, dlVlanPcp }: Match): Masked | undefined {
  if (dlVlan === undefined && dlVlanPcp === undefined) return undefined;
  if (dlVlan === NO_VLAN) {
    if (dlVlanPcp === undefined) return { value: u16(0) };
    throw new InvalidArgumentError('match.dlVlanPcp needs packets with a tag, and match.dlVlan wants those without');
  }
  const id = dlVlan === undefined ? 0 : wholeNumber(dlVlan, VLAN_ID, 'match.dlVlan');
  const priority = dlVlanPcp === undefined ? 0 : wholeNumber(dlVlanPcp, 7, 'match.dlVlanPcp');
  const mask = VLAN_PRESENT | (dlVlan === undefined ? 0 : VLAN_ID) | (dlVlanPcp === undefined ? 0 : 0xe000);
  const value = u16((priority << 13) | VLAN_PRESENT | id);
  return mask === 0xffff ? { value } : { value, mask: u16(mask) };
}

function decodeVlan({ value, mask }: Masked): Pick<Match, 'dlVlan' | 'dlVlanPcp'> | undefined {
  const [tag, bits] = [value.readUInt16BE(0), mask?.readUInt16BE(0) ?? 0xffff];
  if (tag === 0 && bits === 0xffff) return { dlVlan: NO_VLAN };
  const priority = bits & 0xe000;
  const id = bits & VLAN_ID;
  const whole = (priority === 0 || priority === 0xe000) && (id === 0 || id === VLAN_ID) && (priority | id) !== 0;
  if (!whole || (tag & bits & VLAN_PRESENT) === 0) return undefined;
  return { ...(id && { dlVlan: tag & VLAN_ID }), ...(priority && { dlVlanPcp: tag >>> 13 }) };
}

/** One field as it is sent: `NXM_HEADER`, value, mask. */
export function encodeField(field: number, { value, mask }: Masked): Buffer {
  return Buffer.concat([
    header(field, mask !== undefined, value.length + (mask?.length ?? 0)),
    value,
    ...(mask ? [mask] : []),
  ]);
}

function encodeOther({ field, value, masked }: OtherField): Buffer {
  if (!/^(?:[0-9a-f]{2}){1,255}$/i.test(value)) {
    throw new InvalidArgumentError(`match.others: value must be 1 to 255 bytes in hexadecimal, not ${show(value)}`);
  }
  return Buffer.concat([
    header(wholeNumber(field, 0x7fffff, 'match.others: field'), masked, value.length / 2),
    Buffer.from(value, 'hex'),
  ]);
}

function header(field: number, masked: boolean, length: number): Buffer {
  return Buffer.concat([u16(field >>> 7), Buffer.of(((field & 0x7f) << 1) | (masked ? 1 : 0), length)]);
}

/** @throws {OpenFlowProtocolError} when the bytes are no sequence of fields */
export function decodeMatch(reader: Reader): Match {
  const match: Record<string, unknown> = {};
  const others: OtherField[] = [];
  while (reader.left > 0) {
    const [fieldClass, number, length] = [reader.u16(), reader.u8(), reader.u8()];
    const field = (fieldClass << 7) | (number >>> 1);
    const masked = (number & 1) === 1;
    const bytes = reader.take(length);
    const known = decodeField(field, bytes, masked);
    if (known) Object.assign(match, known);
    else others.push({ field: field >>> 0, value: bytes.toString('hex'), masked });
  }
  return others.length === 0 ? match : { ...match, others };
}

function decodeField(field: number, bytes: Buffer, masked: boolean): Match | undefined {
  const row = byNumber.get(field);
  const size = field === VLAN_FIELD ? 2 : row?.bytes;
  if (size === undefined || bytes.length !== (masked ? 2 * size : size)) return undefined;
  const value = { value: bytes.subarray(0, size), mask: masked ? bytes.subarray(size) : undefined };
  if (!row) return decodeVlan(value);
  const decoded = row.kind.decode(value);
  return decoded === undefined ? undefined : { [row.key]: decoded };
}

/** The words of a flow's text that say what it matches, as ovs-ofctl(8) reads them. */
export function matchWords(match: Match): string[] {
  const words: string[] = [];
  for (const { key, name, kind } of FIELDS) {
    const value = match[key];
    if (value === undefined || words.some((word) => word.startsWith(`${name}=`))) continue;
    // A protocol that goes by a name is said by it alone.
    words.push(key === 'dlType' && typeof value === 'string' ? value : `${name}=${kind.text(value)}`);
  }
  if (match.dlVlan !== undefined) words.push(`dl_vlan=${match.dlVlan === NO_VLAN ? '0xffff' : match.dlVlan}`);
  if (match.dlVlanPcp !== undefined) words.push(`dl_vlan_pcp=${match.dlVlanPcp}`);
  // Not a word of ovs-ofctl: better seen than left out.
  for (const { field, value } of match.others ?? []) words.push(`field_${field.toString(16)}=0x${value}`);
  return words;
}
