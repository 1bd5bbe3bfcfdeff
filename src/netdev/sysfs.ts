import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { InvalidArgumentError } from '../base/errors.js';
import { NetdevError } from './errors.js';
import { checkDeviceName, show } from './name.js';
import { indexOf } from './native.js';
import { checkRoot, type SysfsOptions } from './root.js';

/** A virtual function of a card. */
export interface VirtualFunction {
  /** Its PCI address. */
  pciAddress: string;
  /** Its number at the physical function: N of `ip link set PF vf N`. */
  index: number;
  /** The PCI address of the physical function. */
  pfPciAddress: string;
  /** The devices of the physical function: with representors there are several. */
  pfDevices: string[];
}

/** What sysfs tells of a device (Documentation/ABI/testing/sysfs-class-net). */
export interface SysfsFacts {
  /** `p0` for a port, `pf0vf1` for a representor; null when the driver has no such name. */
  physPortName: string | null;
  /** The same for all ports of one switch; null when the device is in none. */
  physSwitchId: string | null;
  /** `0000:3b:00.0`; null for what is on no PCI bus. */
  pciAddress: string | null;
  /** Packets. */
  txQueueLength: number;
  /** Virtual functions in use (sriov_numvfs), and how many there may be; null for a device that has none. */
  vfs: { current: number; max: number } | null;
  /** What virtual function this is; null when it is none. */
  vf: VirtualFunction | null;
}

/**
 * What sysfs tells of a device. Equivalent to reading `/sys/class/net/DEV/phys_port_name`, `phys_switch_id`,
 * `tx_queue_len`, `device/sriov_numvfs`, `device/physfn`.
 * @param options `root`: read the files below it instead of /sys
 * @throws {InvalidArgumentError} for what is no device name
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, also when /sys shows another network namespace
 */
export function getSysfsFacts(device: string, options: SysfsOptions = {}): SysfsFacts {
  const directory = netDirectory(device, options);
  const pciAddress = pciAddressOf(directory);
  const max = readNumber(`${directory}/device/sriov_totalvfs`);
  return {
    physPortName: readText(`${directory}/phys_port_name`) || null,
    physSwitchId: readText(`${directory}/phys_switch_id`) || null,
    pciAddress,
    txQueueLength: readNumber(`${directory}/tx_queue_len`) ?? 0,
    vfs: max === null ? null : { current: readNumber(`${directory}/device/sriov_numvfs`) ?? 0, max },
    vf: pciAddress === null ? null : getVirtualFunction(pciAddress, options),
  };
}

/**
 * The network devices of a PCI function, by name. Equivalent to `ls /sys/bus/pci/devices/ADDRESS/net`.
 * @param address `0000:3b:00.0`
 * @returns none when its driver makes none (as vfio-pci), or there is no such function
 * @throws {InvalidArgumentError} for what is no PCI address
 */
export function listPciDevices(address: string, options: SysfsOptions = {}): string[] {
  const directory = pciDirectory(address, options);
  return list(`${directory}/net`).sort();
}

/**
 * The virtual function at a PCI address, also when it has no network device, as while a guest has it. Equivalent to
 * `readlink /sys/bus/pci/devices/ADDRESS/physfn` and a search of its `virtfn*`.
 * @returns null when it is no virtual function
 * @throws {InvalidArgumentError} for what is no PCI address
 */
export function getVirtualFunction(address: string, options: SysfsOptions = {}): VirtualFunction | null {
  const directory = pciDirectory(address, options);
  const physical = readLink(`${directory}/physfn`);
  if (physical === null) return null;
  const link = list(`${directory}/physfn`).find(
    (name) => /^virtfn\d+$/.test(name) && basename(readLink(`${directory}/physfn/${name}`) ?? '') === address,
  );
  if (link === undefined) return null;
  return {
    pciAddress: address,
    index: Number(link.slice('virtfn'.length)),
    pfPciAddress: basename(physical),
    pfDevices: list(`${directory}/physfn/net`).sort(),
  };
}

/**
 * The virtual functions of a device, in the order of their numbers, with the network devices of each that has one.
 * Equivalent to `ls -d /sys/class/net/DEV/device/virtfn*`.
 * @throws {InvalidArgumentError} for what is no device name
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`
 */
export function listVirtualFunctions(
  device: string,
  options: SysfsOptions = {},
): { index: number; pciAddress: string; devices: string[] }[] {
  const directory = `${netDirectory(device, options)}/device`;
  return list(directory)
    .filter((name) => /^virtfn\d+$/.test(name))
    .map((name) => ({
      index: Number(name.slice('virtfn'.length)),
      pciAddress: basename(readLink(`${directory}/${name}`) ?? ''),
      devices: list(`${directory}/${name}/net`).sort(),
    }))
    .sort((a, b) => a.index - b.index);
}

function pciAddressOf(directory: string): string | null {
  const name = basename(readLink(`${directory}/device`) ?? '');
  return PCI_ADDRESS.test(name) ? name : null;
}

const PCI_ADDRESS = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;

function pciDirectory(address: string, options: SysfsOptions): string {
  if (typeof address !== 'string' || !PCI_ADDRESS.test(address)) {
    throw new InvalidArgumentError(`PCI address ${show(String(address))} must be like 0000:3b:00.0`);
  }
  return `${checkRoot(options) ?? ''}/sys/bus/pci/devices/${address}`;
}

/** The device's directory. The real /sys may show another namespace than this thread is in, and then another device. */
function netDirectory(device: string, options: SysfsOptions): string {
  checkDeviceName(device);
  const root = checkRoot(options);
  const directory = `${root ?? ''}/sys/class/net/${device}`;
  const index = readNumber(`${directory}/ifindex`);
  if (index !== null && (root !== undefined || index === indexOf(device))) return directory;
  const message = `can't read what sysfs tells of ${device}: there is no such device`;
  throw new NetdevError('ERR_NETDEV_NO_DEVICE', message, device);
}

// An attribute that a driver doesn't have may be absent, or be there and fail to be read: both are its way to say no.

function readText(path: string): string | null {
  return attempt(() => readFileSync(path, 'latin1').trim());
}

function readNumber(path: string): number | null {
  const text = readText(path);
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

function readLink(path: string): string | null {
  return attempt(() => readlinkSync(path));
}

function list(path: string): string[] {
  return attempt(() => readdirSync(path)) ?? [];
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
