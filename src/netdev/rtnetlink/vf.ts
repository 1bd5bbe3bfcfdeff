/** Settings of virtual functions, as attributes of their physical function: the IFLA_VF_ structures of linux/if_link.h. */
import { formatMac } from '../mac.js';
import { attribute, attributeMap, attributesIn, be16, nested, readU32, u32 } from './attributes.js';
import { IFLA, IFLA_VF, IFLA_VF_INFO, IFLA_VF_VLAN_INFO } from './constants.js';

export const VF_STATES = ['auto', 'enable', 'disable'] as const;
/** Whether the link of a virtual function follows the physical one. */
export type VfState = (typeof VF_STATES)[number];

/** A virtual function, as its physical function tells of it. */
export interface VfDetails {
  index: number;
  mac: string | null;
  /** 0 is none. */
  vlan: number;
  /** The priority in the VLAN tag, 0 to 7. */
  qos: number;
  vlanProtocol: '802.1Q' | '802.1ad';
  /** Null where the driver does not tell, here and below. */
  spoofCheck: boolean | null;
  trust: boolean | null;
  /** Mbit/s; 0 is no bound. */
  minTxRate: number | null;
  /** Mbit/s; 0 is no bound. */
  maxTxRate: number | null;
  state: VfState | null;
}

const MAX_ADDR_LEN = 32;
const ETH_P_8021Q = 0x8100;
const ETH_P_8021AD = 0x88a8;

export const vfMac = (vf: number, mac: Uint8Array): Buffer =>
  attribute(IFLA_VF.MAC, Buffer.concat([u32(vf), mac, Buffer.alloc(MAX_ADDR_LEN - mac.length)]));

/** The older attribute, which every driver knows, unless the protocol needs the newer one. */
export function vfVlan(vf: number, vlan: number, qos: number, protocol: '802.1Q' | '802.1ad'): Buffer {
  if (protocol === '802.1Q') return attribute(IFLA_VF.VLAN, u32(vf, vlan, qos));
  // The protocol is in network byte order, the rest is not.
  const info = Buffer.concat([u32(vf, vlan, qos), be16(ETH_P_8021AD), Buffer.alloc(2)]);
  return nested(IFLA_VF.VLAN_LIST, [attribute(IFLA_VF_VLAN_INFO, info)]);
}

export const vfRate = (vf: number, min: number, max: number): Buffer => attribute(IFLA_VF.RATE, u32(vf, min, max));

export const vfNumber = (type: number, vf: number, value: number): Buffer => attribute(type, u32(vf, value));

/** IFLA_VFINFO_LIST with the settings of one virtual function. */
export const vfInfo = (settings: readonly Buffer[]): Buffer =>
  nested(IFLA.VFINFO_LIST, [nested(IFLA_VF_INFO, settings)]);

export function readVfs(list: Buffer | undefined): VfDetails[] {
  return list === undefined ? [] : [...attributesIn(list)].map(([, info]) => readVf(attributeMap(info)));
}

function readVf(attributes: Map<number, Buffer>): VfDetails {
  const mac = attributes.get(IFLA_VF.MAC);
  const vlan = attributes.get(IFLA_VF.VLAN);
  const rate = attributes.get(IFLA_VF.RATE);
  // 2^32 - 1 is the kernel's word for a driver that does not tell.
  const value = (type: number) => {
    const payload = attributes.get(type);
    const number = payload && payload.length >= 8 ? readU32(payload, 4) : 0xffff_ffff;
    return number === 0xffff_ffff ? null : number;
  };
  const spoofCheck = value(IFLA_VF.SPOOFCHK);
  const trust = value(IFLA_VF.TRUST);
  const list = attributes.get(IFLA_VF.VLAN_LIST);
  const [first] = list === undefined ? [] : [...attributesIn(list)];
  const protocol = first && first[1].length >= 14 ? first[1].readUInt16BE(12) : ETH_P_8021Q;
  return {
    index: mac ? readU32(mac) : 0,
    mac: mac && mac.length >= 10 ? formatMac(mac.subarray(4, 10)) : null,
    vlan: vlan && vlan.length >= 12 ? readU32(vlan, 4) : 0,
    qos: vlan && vlan.length >= 12 ? readU32(vlan, 8) : 0,
    vlanProtocol: protocol === ETH_P_8021AD ? '802.1ad' : '802.1Q',
    spoofCheck: spoofCheck === null ? null : spoofCheck !== 0,
    trust: trust === null ? null : trust !== 0,
    minTxRate: rate && rate.length >= 12 ? readU32(rate, 4) : null,
    maxTxRate: rate && rate.length >= 12 ? readU32(rate, 8) : null,
    state: VF_STATES[value(IFLA_VF.LINK_STATE) ?? VF_STATES.length] ?? null,
  };
}
