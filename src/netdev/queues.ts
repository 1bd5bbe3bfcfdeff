import { checkDeviceName } from './name.js';
import { read } from './native.js';

/** How many there are, and could be. */
export interface Size {
  current: number;
  max: number;
}

/** Sizes of the rings, in descriptors. */
export interface Rings {
  rx: Size;
  rxMini: Size;
  rxJumbo: Size;
  tx: Size;
}

/** Numbers of queues with an interrupt. */
export interface Channels {
  rx: Size;
  tx: Size;
  other: Size;
  combined: Size;
}

/**
 * Equivalent to `ethtool -g DEV` (ETHTOOL_GRINGPARAM of linux/ethtool.h).
 * @returns null for a device that has no rings
 * @throws {InvalidArgumentError} for what is no device name
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`
 */
export function getRings(device: string): Rings | null {
  checkDeviceName(device);
  const words = read(
    () => `read the rings of ${device}`,
    (addon) => addon.readRings(device),
  );
  return words && { rx: size(words, 0), rxMini: size(words, 1), rxJumbo: size(words, 2), tx: size(words, 3) };
}

/**
 * Equivalent to `ethtool -l DEV` (ETHTOOL_GCHANNELS of linux/ethtool.h).
 * @returns null for a device that doesn't tell
 * @throws {InvalidArgumentError} for what is no device name
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`
 */
export function getChannels(device: string): Channels | null {
  checkDeviceName(device);
  const words = read(
    () => `read the channels of ${device}`,
    (addon) => addon.readChannels(device),
  );
  return words && { rx: size(words, 0), tx: size(words, 1), other: size(words, 2), combined: size(words, 3) };
}

/** Four maxima, and then the four that are in use. */
function size(words: Uint32Array, which: number): Size {
  return { current: words[4 + which] ?? 0, max: words[which] ?? 0 };
}
