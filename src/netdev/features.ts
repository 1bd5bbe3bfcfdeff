import { checkDeviceName } from './name.js';
import { read } from './native.js';
import { checkRoot, type SysfsOptions } from './root.js';

/** NETIF_F_HW_VLAN_TX of kernels before 3.9: the device inserts VLAN tags. */
export const NETIF_F_HW_VLAN_TX = 0x80;
/** NETIF_F_HW_VLAN_RX of kernels before 3.9: the device strips VLAN tags. */
export const NETIF_F_HW_VLAN_RX = 0x100;

/** One feature, such as `tx-vlan-hw-insert`. */
export interface Feature {
  /** The driver can switch it. */
  available: boolean;
  /** It was asked for. */
  requested: boolean;
  /** It is on. */
  active: boolean;
  /** It can't be switched in any device (NETIF_F_NEVER_CHANGE). */
  neverChanged: boolean;
}

/** The offloads of a device. */
export interface Features {
  /** By the kernel's name, as `ethtool -k` prints the ones below its headings. Empty when read below a `root`. */
  features: Record<string, Feature>;
  /** Whether the device inserts VLAN tags: `tx-vlan-hw-insert` is active. */
  vlanTx: boolean;
  /** Whether the device strips VLAN tags: `rx-vlan-hw-parse` is active. */
  vlanRx: boolean;
  /** The two as the old bits, NETIF_F_HW_VLAN_TX and NETIF_F_HW_VLAN_RX; below a `root` the whole of the old file. */
  legacyBits: number;
}

/** The string set of linux/ethtool.h that names the features. */
const ETH_SS_FEATURES = 4;

/** The same for every device of a kernel. */
let knownNames: string[] | undefined;

/**
 * The features of a device. Equivalent to `ethtool -k DEV` (ETHTOOL_GFEATURES of linux/ethtool.h).
 *
 * @param options `root`: read the file `features` of old kernels below it instead; without that file, no bit is set.
 * @throws {InvalidArgumentError} for what is no device name
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`
 */
export function getFeatures(device: string, options: SysfsOptions = {}): Features {
  checkDeviceName(device);
  const root = checkRoot(options);
  const deed = () => `read the features of ${device}`;
  if (root !== undefined) {
    const text = read(deed, (addon) => addon.readSysfs(root, device)).features;
    return legacyFeatures(text);
  }
  const names = featureNames(device);
  return decodeFeatures(
    names,
    read(deed, (addon) => addon.readFeatures(device, names.length)),
  );
}

/** The names of the kernel's features by their bits; empty for a bit without one. */
export function featureNames(device: string): readonly string[] {
  knownNames ??= read(
    () => `read the names of the features of ${device}`,
    (addon) => addon.readStrings(device, ETH_SS_FEATURES),
  );
  return knownNames;
}

/** From the file `features` of sysfs (removed in Linux 3.0): a number such as `0x1a9`. What is no number has no features. */
function legacyFeatures(text: string | null): Features {
  const number = text === null ? Number.NaN : Number(text);
  const legacyBits = Number.isSafeInteger(number) && number >= 0 ? number : 0;
  const vlanTx = (legacyBits & NETIF_F_HW_VLAN_TX) !== 0;
  const vlanRx = (legacyBits & NETIF_F_HW_VLAN_RX) !== 0;
  return { features: {}, vlanTx, vlanRx, legacyBits };
}

/** Each block of four words has 32 features: available, requested, active, never changed. A gap in the bits has no name. */
function decodeFeatures(names: readonly string[], words: Uint32Array): Features {
  const features: Record<string, Feature> = {};
  for (const [bit, name] of names.entries()) {
    if (name === '') continue;
    const block = (bit >> 5) * 4;
    const mask = 1 << (bit & 31);
    const has = (word: number) => ((words[block + word] ?? 0) & mask) !== 0;
    features[name] = { available: has(0), requested: has(1), active: has(2), neverChanged: has(3) };
  }
  const vlanTx = features['tx-vlan-hw-insert']?.active ?? false;
  const vlanRx = features['rx-vlan-hw-parse']?.active ?? false;
  const legacyBits = (vlanTx ? NETIF_F_HW_VLAN_TX : 0) | (vlanRx ? NETIF_F_HW_VLAN_RX : 0);
  return { features, vlanTx, vlanRx, legacyBits };
}
