import { InvalidArgumentError } from '../base/errors.js';
import { checkDeviceName } from './name.js';
import { change, read } from './native.js';

/** The string set of linux/ethtool.h that names the link modes, since Linux 5.7. */
const ETH_SS_LINK_MODES = 9;
const SPEED_UNKNOWN = 0xffff_ffff;
const DUPLEX = ['half', 'full'] as const;
/** PORT_* of linux/ethtool.h. */
const PORTS = ['tp', 'aui', 'mii', 'fibre', 'bnc', 'da'] as const;
const PORT_NONE = 0xef;

/** Whether a link sends and receives at once. */
export type Duplex = (typeof DUPLEX)[number];

/** What a link has negotiated. */
export interface LinkSettings {
  /** Mb/s; null when it is not known, as without a carrier. */
  speed: number | null;
  duplex: Duplex | null;
  /** Speed and duplex are negotiated with the partner. */
  autoneg: boolean;
  /** The kind of socket; `other` for one that has no name here. */
  port: (typeof PORTS)[number] | 'none' | 'other';
  /** The modes that the device knows, as the kernel names them: `1000baseT/Full`, and `Autoneg`, `TP`, `Pause`. */
  supported: string[];
  /** Those that it offers to its partner. */
  advertised: string[];
  /** Those that its partner offers. */
  partner: string[];
}

/** What is set of it. */
export interface LinkSettingsOptions {
  /** Mb/s. */
  speed?: number | undefined;
  duplex?: Duplex | undefined;
  /**
   * Negotiate: with `speed` or `duplex` only such modes are offered, without them all that the device knows. Not to
   * negotiate takes both from most drivers.
   */
  autoneg?: boolean | undefined;
  /** With `autoneg`: just these modes are offered, by the kernel's names, as `LinkSettings.advertised` tells them. */
  advertise?: readonly string[] | undefined;
}

let knownModes: string[] | undefined;

function modeNames(device: string): string[] {
  knownModes ??= read(
    () => `read the names of the link modes of ${device}`,
    (addon) => addon.readStrings(device, ETH_SS_LINK_MODES),
  );
  return knownModes;
}

/**
 * Speed, duplex and link modes. Equivalent to `ethtool DEV` (ETHTOOL_GLINKSETTINGS of linux/ethtool.h).
 * @returns null for a device that has none, such as a bridge without ports or a dummy
 * @throws {InvalidArgumentError} for what is no device name
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`
 */
export function getLinkSettings(device: string): LinkSettings | null {
  checkDeviceName(device);
  const settings = read(
    () => `read the link settings of ${device}`,
    (addon) => addon.readLinkSettings(device),
  );
  if (!settings) return null;
  const { speed, duplex, autoneg, port } = settings;
  const names = modeNames(device);
  return {
    speed: speed === SPEED_UNKNOWN || speed === 0 ? null : speed,
    duplex: DUPLEX[duplex] ?? null,
    autoneg: autoneg === 1,
    port: port === PORT_NONE ? 'none' : (PORTS[port] ?? 'other'),
    supported: namesOf(settings.supported, names),
    advertised: namesOf(settings.advertising, names),
    partner: namesOf(settings.partner, names),
  };
}

function namesOf(mask: Uint32Array, names: readonly string[]): string[] {
  return bitsOf(mask).map((bit) => names[bit] || `mode ${bit}`);
}

function bitsOf(mask: Uint32Array): number[] {
  const bits: number[] = [];
  for (const [i, word] of mask.entries()) {
    for (let bit = 0; bit < 32; bit++) if ((word & (1 << bit)) !== 0) bits.push(32 * i + bit);
  }
  return bits;
}

/**
 * Sets what is given and leaves the rest. Equivalent to `ethtool -s DEV speed N duplex half|full autoneg on|off`
 * (ETHTOOL_SLINKSETTINGS of linux/ethtool.h).
 * @throws {InvalidArgumentError} for what is no device name, no such setting, or a speed and duplex that can't be negotiated
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV_PERMISSION`, `ERR_NETDEV_UNSUPPORTED`, `ERR_NETDEV` (EINVAL) for
 *   what the driver can't do
 */
export async function setLinkSettings(device: string, options: LinkSettingsOptions): Promise<void> {
  checkDeviceName(device);
  const { speed, duplex, autoneg } = options;
  check(options);
  const advertising = autoneg === true ? offer(device, options) : new Uint32Array();
  const values = {
    speed,
    duplex: duplex === undefined ? undefined : DUPLEX.indexOf(duplex),
    autoneg: autoneg === undefined ? undefined : Number(autoneg),
  };
  await change(
    () => `change the link settings of ${device}`,
    (addon, callback) => addon.setLinkSettings(device, values, new Uint8Array(advertising.buffer), callback),
  );
}

function check({ speed, duplex, autoneg, advertise }: LinkSettingsOptions): void {
  if (advertise !== undefined && (autoneg !== true || speed !== undefined || duplex !== undefined)) {
    throw new InvalidArgumentError('advertise goes with autoneg: true, and without speed and duplex');
  }
  if (speed !== undefined && (!Number.isInteger(speed) || speed < 1 || speed > 0x7fff_ffff)) {
    throw new InvalidArgumentError(`speed must be a whole number of Mb/s, not ${String(speed)}`);
  }
  if (duplex !== undefined && !DUPLEX.includes(duplex)) {
    throw new InvalidArgumentError(`duplex must be half or full, not ${String(duplex)}`);
  }
  if (autoneg !== undefined && typeof autoneg !== 'boolean') {
    throw new InvalidArgumentError(`autoneg must be true or false, not ${String(autoneg)}`);
  }
  if (speed === undefined && duplex === undefined && autoneg === undefined) {
    throw new InvalidArgumentError('give a speed, a duplex or autoneg');
  }
}

/** Of what the device knows: all, or the modes of that speed and duplex. What is no mode of speed stays, as `Pause`. */
function offer(device: string, { speed, duplex, advertise }: LinkSettingsOptions): Uint32Array {
  const settings = read(
    () => `read the link settings of ${device}`,
    (addon) => addon.readLinkSettings(device),
  );
  if (!settings) return new Uint32Array();
  const names = modeNames(device);
  const mask = new Uint32Array(settings.supported.length);
  let modes = 0;
  for (const bit of bitsOf(settings.supported)) {
    if (advertise && !advertise.includes(names[bit] || `mode ${bit}`)) continue;
    const [, rate, half] = /^(\d+)base[^/]*\/(Half|Full)$/.exec(names[bit] ?? '') ?? [];
    if (rate !== undefined && half !== undefined) {
      if (speed !== undefined && Number(rate) !== speed) continue;
      if (duplex !== undefined && half.toLowerCase() !== duplex) continue;
      modes++;
    }
    mask[bit >> 5] = (mask[bit >> 5] ?? 0) | (1 << (bit & 31));
  }
  if (modes === 0 && (speed !== undefined || duplex !== undefined)) {
    const wanted = [speed === undefined ? '' : `${speed} Mb/s`, duplex === undefined ? '' : `${duplex} duplex`];
    throw new InvalidArgumentError(`${device} can't negotiate ${wanted.filter(Boolean).join(', ')}`);
  }
  return mask;
}
