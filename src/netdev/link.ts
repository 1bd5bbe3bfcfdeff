import { formatMac, parseMac } from './mac.js';
import { checkMtu } from './mtu.js';
import { checkDeviceName } from './name.js';
import { read } from './native.js';
import { attribute, u32 } from './rtnetlink/attributes.js';
import { IFF_UP, IFLA } from './rtnetlink/constants.js';
import { setLink, setLinkFlags } from './rtnetlink/set-link.js';

/** IFF_* of linux/if.h, as ip(8) names them, by bit: the 16 that SIOCGIFFLAGS tells. */
const FLAG_NAMES = [
  'UP',
  'BROADCAST',
  'DEBUG',
  'LOOPBACK',
  'POINTOPOINT',
  'NOTRAILERS',
  'RUNNING',
  'NOARP',
  'PROMISC',
  'ALLMULTI',
  'MASTER',
  'SLAVE',
  'MULTICAST',
  'PORTSEL',
  'AUTOMEDIA',
  'DYNAMIC',
] as const;

/** A flag of a link, as ip-link(8) prints it. */
export type LinkFlag = (typeof FLAG_NAMES)[number];

const IFF_RUNNING = 0x40;

/** A link, as a few ioctls tell it. */
export interface Link {
  name: string;
  /** The interface index. */
  index: number;
  /** The low 16 bits of IFF_* (linux/if.h). */
  flags: number;
  flagNames: LinkFlag[];
  /** Set up by the administrator. */
  up: boolean;
  /** Up and operational. The kernel brings this up to date up to a second after the carrier. */
  running: boolean;
  /** The kernel's IFF_LOWER_UP: the device has its carrier. Never while it is down, as then nobody watches. */
  carrier: boolean;
  /** The driver's own word, `Link detected` of ethtool(8) (ETHTOOL_GLINK); null when it has none. */
  linkDetected: boolean | null;
  /** Bytes. */
  mtu: number;
  /** Null for a device without an address of six bytes, such as a tun. */
  mac: string | null;
}

/**
 * The state of a link, by ioctls (netdevice(7)) and sysfs. Equivalent to `ip link show DEV` and `ethtool DEV`.
 * @throws {InvalidArgumentError} for what is no device name
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`
 */
export function getLink(device: string): Link {
  checkDeviceName(device);
  const link = read(
    () => `read the link of ${device}`,
    (addon) => addon.readLink(device),
  );
  const { index, flags, carrier, detected, mtu, mac } = link;
  return {
    name: device,
    index,
    flags,
    flagNames: FLAG_NAMES.filter((_, bit) => (flags & (1 << bit)) !== 0),
    up: (flags & IFF_UP) !== 0,
    running: (flags & IFF_RUNNING) !== 0,
    carrier,
    linkDetected: detected,
    mtu,
    mac: mac && formatMac(mac),
  };
}

/**
 * Whether there is a device of this name, or of this alternative name.
 * @throws {InvalidArgumentError} for what is no device name
 */
export function linkExists(device: string): boolean {
  checkDeviceName(device);
  return read(
    () => `look for ${device}`,
    (addon) => addon.deviceExists(device),
  );
}

/** The names of all devices. Equivalent to `ip -o link` (if_nameindex(3)). */
export function listLinks(): string[] {
  return read(
    () => 'list the devices',
    (addon) => addon.listDevices(),
  );
}

/**
 * Equivalent to `ip link set DEV up`.
 * @throws {InvalidArgumentError} for what is no device name
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV_PERMISSION`
 */
export async function setLinkUp(device: string): Promise<void> {
  checkDeviceName(device);
  await setLinkFlags(`set ${device} up`, device, IFF_UP, true);
}

/**
 * Equivalent to `ip link set DEV down`.
 * @throws {InvalidArgumentError} for what is no device name
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV_PERMISSION`
 */
export async function setLinkDown(device: string): Promise<void> {
  checkDeviceName(device);
  await setLinkFlags(`set ${device} down`, device, IFF_UP, false);
}

/**
 * Equivalent to `ip link set DEV mtu MTU`.
 * @param mtu bytes; each kind of device has bounds of its own
 * @throws {InvalidArgumentError} for what is no device name or no MTU
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV_PERMISSION`, `ERR_NETDEV` (EINVAL) out of the device's bounds,
 *   with the kernel's `reason`: `mtu greater than device maximum`
 */
export async function setMtu(device: string, mtu: number): Promise<void> {
  checkDeviceName(device);
  checkMtu(mtu);
  await setLink(`set the MTU of ${device} to ${mtu}`, device, [attribute(IFLA.MTU, u32(mtu))]);
}

/**
 * Equivalent to `ip link set DEV address MAC`.
 * @param mac `fa:16:3e:00:00:01`
 * @throws {InvalidArgumentError} for what is no device name or no address for a device
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV_PERMISSION`, `ERR_NETDEV_BUSY` when the device has to be down,
 *   `ERR_NETDEV_UNSUPPORTED`
 */
export async function setMac(device: string, mac: string): Promise<void> {
  checkDeviceName(device);
  const bytes = parseMac(mac);
  await setLink(`set the MAC address of ${device} to ${mac}`, device, [attribute(IFLA.ADDRESS, bytes)]);
}
