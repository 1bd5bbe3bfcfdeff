/** Settings that links of all kinds have. */
import { InvalidArgumentError } from '../base/errors.js';
import { linkTo } from './kinds/common.js';
import { checkDeviceName, show } from './name.js';
import { attribute, text, u32 } from './rtnetlink/attributes.js';
import { IFF_NOARP, IFF_PROMISC, IFLA } from './rtnetlink/constants.js';
import { checkBoolean, checkWhole } from './rtnetlink/fields.js';
import { setLink, setLinkByIndex, setLinkFlags } from './rtnetlink/set-link.js';

/**
 * Joins a bridge or a bond. Equivalent to `ip link set DEV master MASTER`, and `brctl addif MASTER DEV`.
 * @throws {InvalidArgumentError} for what is no device name
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV_BUSY`, `ERR_NETDEV_UNSUPPORTED`, `ERR_NETDEV`, all with the
 *   kernel's `reason`: `Device can not be enslaved while up`
 */
export async function setMaster(device: string, master: string): Promise<void> {
  checkDeviceName(device);
  await setLink(`add ${device} to ${master}`, device, [linkTo(IFLA.MASTER, master)]);
}

/**
 * Leaves its bridge or bond, if it is in one. Equivalent to `ip link set DEV nomaster`, and `brctl delif MASTER DEV`.
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`
 */
export async function releaseMaster(device: string): Promise<void> {
  checkDeviceName(device);
  await setLink(`take ${device} from its master`, device, [attribute(IFLA.MASTER, u32(0))]);
}

/**
 * Has the device take every frame. Equivalent to `ip link set DEV promisc on|off`.
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`
 */
export async function setPromiscuous(device: string, on: boolean): Promise<void> {
  checkDeviceName(device);
  checkBoolean(on, 'promiscuous');
  await setLinkFlags(`set ${device} promiscuous ${onOff(on)}`, device, IFF_PROMISC, on);
}

/**
 * Whether the device answers and asks by ARP. Equivalent to `ip link set DEV arp on|off`.
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`
 */
export async function setArp(device: string, on: boolean): Promise<void> {
  checkDeviceName(device);
  checkBoolean(on, 'arp');
  // The flag says that there is none.
  await setLinkFlags(`set ARP of ${device} ${onOff(on)}`, device, IFF_NOARP, !on);
}

/**
 * The group by which `deleteGroup` finds it. Equivalent to `ip link set DEV group GROUP`.
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`
 */
export async function setGroup(device: string, group: number): Promise<void> {
  checkDeviceName(device);
  checkWhole(group, 'group', 0, 0x7fff_ffff);
  await setLink(`set the group of ${device} to ${group}`, device, [attribute(IFLA.GROUP, u32(group))]);
}

/**
 * Equivalent to `ip link set DEV txqueuelen PACKETS`.
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`
 */
export async function setTxQueueLength(device: string, packets: number): Promise<void> {
  checkDeviceName(device);
  checkWhole(packets, 'the length of the queue', 0, 0x7fff_ffff);
  await setLink(`set the queue of ${device} to ${packets} packets`, device, [attribute(IFLA.TXQLEN, u32(packets))]);
}

/**
 * A text for people, up to 255 bytes; the empty one takes it away. Equivalent to `ip link set DEV alias TEXT`.
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`
 */
export async function setAlias(device: string, alias: string): Promise<void> {
  checkDeviceName(device);
  await setLink(`set the alias of ${device}`, device, [aliasAttribute(alias)]);
}

/** @throws {InvalidArgumentError} */
export function aliasAttribute(alias: string): Buffer {
  if (typeof alias !== 'string' || alias.includes('\0') || Buffer.byteLength(alias) > 255) {
    throw new InvalidArgumentError(`an alias must be a text of at most 255 bytes, not ${show(String(alias))}`);
  }
  return attribute(IFLA.IFALIAS, Buffer.from(alias));
}

/**
 * Changes the name of a link. Equivalent to `ip link set DEV name NAME`.
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV_EXISTS`, `ERR_NETDEV_BUSY` for a kernel that wants it down
 */
export async function renameLink(device: string, name: string): Promise<void> {
  checkDeviceName(device);
  const attributes = [attribute(IFLA.IFNAME, text(checkDeviceName(name)))];
  await setLinkByIndex(`rename ${device} to ${name}`, device, attributes);
}

const onOff = (on: boolean) => (on ? 'on' : 'off');
