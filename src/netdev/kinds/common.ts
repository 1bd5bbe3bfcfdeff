/** What links of all kinds have in common when they are made. */

import { parseMac } from '../mac.js';
import { checkMtu } from '../mtu.js';
import { checkDeviceName } from '../name.js';
import { indexOf } from '../native.js';
import { attribute, text, u32 } from '../rtnetlink/attributes.js';
import { IFF_UP, IFLA } from '../rtnetlink/constants.js';
import { checkWhole } from '../rtnetlink/fields.js';

/** What any kind of link is made with. */
export interface LinkOptions {
  /** `fa:16:3e:00:00:01`. Default: the kernel makes one up. */
  mac?: string | undefined;
  /** Bytes. Default: that of the kind. */
  mtu?: number | undefined;
  /** Set it up too. */
  up?: boolean | undefined;
  /** A number that many links may share, to delete them at once (IFLA_GROUP). Default: 0. */
  group?: number | undefined;
  /** The bridge or bond that it joins. */
  master?: string | undefined;
  /** Packets. */
  txQueueLength?: number | undefined;
  txQueues?: number | undefined;
  rxQueues?: number | undefined;
  /** A text for people and programs, up to 255 bytes (ip-link(8)). It is there as soon as the link is, whoever ends when. */
  alias?: string | undefined;
}

/** How a kind is written: the nested IFLA_INFO_DATA, and what stands beside it. */
export interface Encoded {
  data?: readonly Buffer[] | undefined;
  attributes?: readonly Buffer[] | undefined;
}

export const linkFlags = ({ up }: LinkOptions): { flags: number; mask: number } =>
  up === undefined ? { flags: 0, mask: 0 } : { flags: up ? IFF_UP : 0, mask: IFF_UP };

/** @throws {InvalidArgumentError} @throws {NetdevError} `ERR_NETDEV_NO_DEVICE` when there is no such master */
export function encodeLink(name: string, options: LinkOptions): Buffer[] {
  const attributes = [attribute(IFLA.IFNAME, text(checkDeviceName(name)))];
  const number = (type: number, value: number | undefined, what: string, min: number) => {
    if (value === undefined) return;
    checkWhole(value, what, min, 0x7fff_ffff);
    attributes.push(attribute(type, u32(value)));
  };
  if (options.mac !== undefined) attributes.push(attribute(IFLA.ADDRESS, parseMac(options.mac)));
  if (options.mtu !== undefined) attributes.push(attribute(IFLA.MTU, u32(checkMtu(options.mtu))));
  number(IFLA.GROUP, options.group, 'group', 0);
  number(IFLA.TXQLEN, options.txQueueLength, 'txQueueLength', 0);
  number(IFLA.NUM_TX_QUEUES, options.txQueues, 'txQueues', 1);
  number(IFLA.NUM_RX_QUEUES, options.rxQueues, 'rxQueues', 1);
  if (options.master !== undefined) attributes.push(linkTo(IFLA.MASTER, options.master));
  return attributes;
}

/** An attribute that is the index of another link. @throws {NetdevError} `ERR_NETDEV_NO_DEVICE` */
export function linkTo(type: number, device: string): Buffer {
  return attribute(type, u32(indexOf(checkDeviceName(device))));
}
