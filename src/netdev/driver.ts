import { checkDeviceName } from './name.js';
import { read } from './native.js';
import { checkRoot, type SysfsOptions } from './root.js';

/** The driver of a device. */
export interface Driver {
  /** The name of the link `device/driver` in sysfs; null for a device without hardware, such as a tap or a veth. */
  driver: string | null;
  /** What `ethtool -i` calls the driver, also for virtual devices (`tun`, `veth`, `bridge`); null when it has no answer. */
  ethtoolDriver: string | null;
  /** The driver's version, which most drivers of today leave to be the kernel's; null when there is none. */
  version: string | null;
  /** The version of the device's firmware, often empty; null when there is none. */
  firmwareVersion: string | null;
  /** The `bus-info` of `ethtool -i`: a PCI address; `tap` or `tun` for the tun driver; often empty. */
  busInfo: string | null;
}

/**
 * The driver of a device. Equivalent to `readlink /sys/class/net/DEV/device/driver` and `ethtool -i DEV`
 * (ETHTOOL_GDRVINFO of linux/ethtool.h).
 *
 * @param options `root`: read the files below it instead of /sys, and ask no kernel.
 * @throws {InvalidArgumentError} for what is no device name
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`
 */
export function getDriver(device: string, options: SysfsOptions = {}): Driver {
  checkDeviceName(device);
  const root = checkRoot(options);
  const deed = () => `read the driver of ${device}`;
  if (root !== undefined) {
    const { driver } = read(deed, (addon) => addon.readSysfs(root, device));
    return { driver, ethtoolDriver: null, version: null, firmwareVersion: null, busInfo: null };
  }
  const { driver, ethtoolDriver, version, firmware, bus } = read(deed, (addon) => addon.readDriver(device));
  return { driver, ethtoolDriver, version, firmwareVersion: firmware, busInfo: bus };
}
