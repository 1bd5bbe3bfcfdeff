/** All that the kernel tells of links over rtnetlink. */
import { NetdevError } from './errors.js';
import { OPERATIONAL_STATES, type OperationalState } from './events/state.js';
import { decodeKind, type KindData } from './kinds/index.js';
import { formatMac } from './mac.js';
import { checkDeviceName } from './name.js';
import { attribute, attributeMap, attributesIn, readS32, readText, readU32, u32 } from './rtnetlink/attributes.js';
import {
  IFF_NOARP,
  IFF_PROMISC,
  IFF_UP,
  IFLA,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_INFO_SLAVE_KIND,
  NLM_F_DUMP,
  RTEXT_FILTER_SKIP_STATS,
  RTEXT_FILTER_VF,
  RTM,
} from './rtnetlink/constants.js';
import { IFINFOMSG_SIZE, ifinfomsg, linkMessage, readIfinfomsg } from './rtnetlink/link-message.js';
import { type Message, message } from './rtnetlink/message.js';
import { dump, requestAll } from './rtnetlink/request.js';
import { readVfs, type VfDetails } from './rtnetlink/vf.js';

/** What rtnetlink tells of a link. */
export interface LinkDetails {
  name: string;
  index: number;
  /** IFF_* of linux/if.h, all 32 bits. */
  flags: number;
  up: boolean;
  /** By its own flag, which `setPromiscuous` sets; see also `promiscuity`. */
  promiscuous: boolean;
  arp: boolean;
  operationalState: OperationalState;
  /** Bytes. */
  mtu: number;
  /** Bytes; 0 where the driver has no bound. */
  minMtu: number;
  /** Bytes; 0 where the driver has no bound. */
  maxMtu: number;
  /** Null for a device without an address of six bytes. */
  mac: string | null;
  /** That of the hardware, where it has one. */
  permanentMac: string | null;
  /** `veth`, `bridge`, `tun`, ...; null for a real card. */
  kind: string | null;
  /** What it is for its master: `bridge`, `bond`, `openvswitch`; null without one. */
  portKind: string | null;
  data: KindData;
  /** The bridge, bond or switch that it is in. */
  master: string | null;
  masterIndex: number | null;
  /** The link below, or the other end of a veth pair; null when there is none, or in another namespace. */
  link: string | null;
  /** Its index in the namespace where it is. */
  linkIndex: number | null;
  /** The number of the namespace where `linkIndex` is, when not this one. */
  linkNamespaceId: number | null;
  group: number;
  /** How many want every frame of it, such as a bridge that it is in. */
  promiscuity: number;
  /** Packets. */
  txQueueLength: number;
  txQueues: number;
  rxQueues: number;
  alias: string | null;
  alternativeNames: string[];
  physPortName: string | null;
  /** Hexadecimal. */
  physSwitchId: string | null;
  /** The address on its bus, such as `0000:00:05.0`. */
  parentDevice: string | null;
  vfs: VfDetails[];
}

const MASK = attribute(IFLA.EXT_MASK, u32(RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS));

/**
 * A link in full. Equivalent to `ip -details link show DEV` (RTM_GETLINK).
 * @throws {InvalidArgumentError} for what is no device name
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`
 */
export async function getLinkDetails(device: string): Promise<LinkDetails> {
  checkDeviceName(device);
  const [details] = await lookAtLinks([{ deed: `read the link of ${device}`, device }]);
  if (!details || details instanceof NetdevError) throw details;
  const names = await namesOf([details.masterIndex, details.linkIndex]);
  return named(details, names);
}

/** Links in full, but for the names of masters and links below. @returns a link or an error for each, in the same order */
export async function lookAtLinks(
  asked: readonly { deed: string; device: string }[],
): Promise<(LinkDetails | NetdevError)[]> {
  const answers = await requestAll(
    asked.map(({ deed, device }) => ({ deed, device, message: linkMessage(RTM.GETLINK, device, [MASK]) })),
  );
  return answers.map((answer, i) => {
    if (answer instanceof NetdevError) return answer;
    const [link] = answer;
    const { deed, device } = asked[i]!;
    return link ? decode(link) : new NetdevError('ERR_NETDEV', `can't ${deed}: the kernel told nothing`, device);
  });
}

/**
 * All links in full. Equivalent to `ip -details link show`.
 * @throws {NetdevError} `ERR_NETDEV_BUSY` when links came and went during each attempt
 */
export async function listLinkDetails(): Promise<LinkDetails[]> {
  const one = { deed: 'list the links', device: undefined };
  const answers = await dump({ ...one, message: message(RTM.GETLINK, NLM_F_DUMP, ifinfomsg(), [MASK]) });
  const links = answers.map(decode);
  const names = new Map(links.map(({ index, name }) => [index, name]));
  return links.map((details) => named(details, names));
}

/** Asked by index, as only that is known; one that has gone meanwhile has no name. */
async function namesOf(indexes: readonly (number | null)[]): Promise<Map<number, string>> {
  const wanted = indexes.filter((index) => index !== null && index > 0) as number[];
  const answers = await requestAll(
    wanted.map((index) => ({
      deed: `find link ${index}`,
      device: undefined,
      message: message(RTM.GETLINK, 0, ifinfomsg({ index }), [MASK]),
    })),
  );
  const found = answers.flatMap((answer) => (answer instanceof NetdevError ? [] : answer));
  return new Map(found.map(decode).map(({ index, name }) => [index, name]));
}

function named(details: LinkDetails, names: Map<number, string>): LinkDetails {
  const { masterIndex, linkIndex, linkNamespaceId } = details;
  const master = masterIndex === null ? null : (names.get(masterIndex) ?? null);
  // In another namespace the same index is another link.
  const link = linkIndex === null || linkNamespaceId !== null ? null : (names.get(linkIndex) ?? null);
  return { ...details, master, link };
}

function decode({ body }: Message): LinkDetails {
  const { index, flags } = readIfinfomsg(body);
  const attributes = attributeMap(body.subarray(IFINFOMSG_SIZE));
  const number = (type: number) => read(attributes.get(type), readU32);
  const string = (type: number) => read(attributes.get(type), readText);
  const mac = (type: number) => read(attributes.get(type), (bytes) => (bytes.length === 6 ? formatMac(bytes) : null));
  const info = attributeMap(attributes.get(IFLA.LINKINFO) ?? Buffer.alloc(0));
  const kind = read(info.get(IFLA_INFO_KIND), readText);
  const properties = [...attributesIn(attributes.get(IFLA.PROP_LIST) ?? Buffer.alloc(0))];
  return {
    name: string(IFLA.IFNAME) ?? '',
    index,
    flags,
    up: (flags & IFF_UP) !== 0,
    promiscuous: (flags & IFF_PROMISC) !== 0,
    arp: (flags & IFF_NOARP) === 0,
    operationalState: OPERATIONAL_STATES[attributes.get(IFLA.OPERSTATE)?.[0] ?? 0] ?? 'unknown',
    mtu: number(IFLA.MTU) ?? 0,
    minMtu: number(IFLA.MIN_MTU) ?? 0,
    maxMtu: number(IFLA.MAX_MTU) ?? 0,
    mac: mac(IFLA.ADDRESS),
    permanentMac: mac(IFLA.PERM_ADDRESS),
    kind,
    portKind: read(info.get(IFLA_INFO_SLAVE_KIND), readText),
    data: kind === null ? null : decodeKind(kind, info.get(IFLA_INFO_DATA)),
    master: null,
    masterIndex: number(IFLA.MASTER),
    link: null,
    // 0 is none, as on a tunnel.
    linkIndex: number(IFLA.LINK) || null,
    linkNamespaceId: read(attributes.get(IFLA.LINK_NETNSID), readS32),
    group: number(IFLA.GROUP) ?? 0,
    promiscuity: number(IFLA.PROMISCUITY) ?? 0,
    txQueueLength: number(IFLA.TXQLEN) ?? 0,
    txQueues: number(IFLA.NUM_TX_QUEUES) ?? 1,
    rxQueues: number(IFLA.NUM_RX_QUEUES) ?? 1,
    alias: string(IFLA.IFALIAS),
    alternativeNames: properties.filter(([type]) => type === IFLA.ALT_IFNAME).map(([, name]) => readText(name)),
    physPortName: string(IFLA.PHYS_PORT_NAME),
    physSwitchId: read(attributes.get(IFLA.PHYS_SWITCH_ID), (bytes) => bytes.toString('hex')),
    parentDevice: string(IFLA.PARENT_DEV_NAME),
    vfs: readVfs(attributes.get(IFLA.VFINFO_LIST)),
  };
}

const read = <T>(payload: Buffer | undefined, how: (payload: Buffer) => T): T | null =>
  payload === undefined ? null : how(payload);
