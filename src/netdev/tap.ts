import { setTimeout as delay } from 'node:timers/promises';
import { InvalidArgumentError } from '../base/errors.js';
import { deleteTogether } from './delete-together.js';
import { NetdevError, WrongKindError } from './errors.js';
import { parseMac } from './mac.js';
import { checkMtu } from './mtu.js';
import { checkDeviceName } from './name.js';
import { change, type NativeTapOptions, read } from './native.js';
import { RTM } from './rtnetlink/constants.js';
import { linkMessage } from './rtnetlink/link-message.js';
import type { LinkResult } from './rtnetlink/request.js';
import { aliasAttribute } from './settings.js';

/** Options of a tap. */
export interface TapOptions {
  /** The user id that may open it without CAP_NET_ADMIN; without this, none. */
  owner?: number | undefined;
  /** The group id that may open it without CAP_NET_ADMIN; without this, none. */
  group?: number | undefined;
  /** Several queues may be opened (IFF_MULTI_QUEUE). Default: one. */
  multiQueue?: boolean | undefined;
  /** Frames begin with a virtio_net_hdr (IFF_VNET_HDR). Whoever opens the tap chooses again. */
  vnetHeader?: boolean | undefined;
  /** `fa:16:3e:00:00:01`. Default: the kernel makes one up. */
  mac?: string | undefined;
  /** Bytes. Default: the kernel's, 1500. */
  mtu?: number | undefined;
  /** A text for people and programs, up to 255 bytes (ip-link(8)). It is there as soon as the tap stays. */
  alias?: string | undefined;
  /** Set it up too. */
  up?: boolean | undefined;
  /**
   * A persistent tap that is there already will do, if its queues, and where given its owner and group, are as asked for;
   * `mac`, `mtu` and `up` are then set on it.
   */
  mayExist?: boolean | undefined;
}

/**
 * Makes a persistent tap, with all that the options say, or nothing: should a step fail, or this process end, the kernel
 * takes the half-made tap away. It has no carrier, and so no IPv6 address, until somebody opens it. Equivalent to
 * `ip tuntap add DEV mode tap [user UID] [group GID] [multi_queue] [vnet_hdr]`, `ip link set DEV address MAC mtu MTU up`
 * (linux/if_tun.h, Documentation/networking/tuntap.rst).
 *
 * @returns `created`: false when it was there, with `mayExist`
 * @throws {InvalidArgumentError}
 * @throws {WrongKindError} when a device of that name is no such tap; after two seconds for a tap that is not persistent, as
 *   another process may be making it
 * @throws {NetdevError} `ERR_NETDEV_EXISTS`, `ERR_NETDEV_PERMISSION`, `ERR_NETDEV` (EINVAL) for an MTU out of bounds
 */
export async function createTap(device: string, options: TapOptions = {}): Promise<{ created: boolean }> {
  checkDeviceName(device);
  const settings = settle(device, options);
  const deadline = performance.now() + PATIENCE;
  for (let pause = 1; ; pause *= 2) {
    const creation = change(
      () => `create the tap ${device}`,
      (addon, callback) => addon.createTap(device, settings, callback),
      describe(settings),
    );
    lastCreation = creation.catch(() => {});
    try {
      const created = await creation;
      await lastCreation;
      return { created };
    } catch (error) {
      if (!isHalfMade(error) || performance.now() + pause > deadline) throw error;
      await delay(pause);
    }
  }
}

/**
 * Milliseconds for another process to end the making of a tap of the same name, which is persistent last. The kernel tells nobody
 * when it becomes so.
 */
const PATIENCE = 2000;

const isHalfMade = (error: unknown): boolean =>
  error instanceof WrongKindError && error.actual === 'tap that is not persistent';

/**
 * The creation that was asked for last. They are made in order, and one that is done waits for those asked for by then: so taps
 * that are made at the same time are told of together, and their ports go to the switch as one transaction, which costs
 * ovs-vswitchd one pass over all its ports instead of two.
 */
let lastCreation: Promise<unknown> = Promise.resolve();

/**
 * Makes many taps by one call, in order; each succeeds or fails for itself. The addon makes them without waiting for
 * JavaScript between two. `deleteLinks` deletes them together.
 * @returns a result for each, in the same order
 * @throws {InvalidArgumentError} before anything is made
 */
export async function createTaps(taps: readonly ({ name: string } & TapOptions)[]): Promise<LinkResult[]> {
  for (const { name, ...options } of taps) {
    checkDeviceName(name);
    settle(name, options);
  }
  const outcomes = await Promise.allSettled(taps.map(({ name, ...options }) => createTap(name, options)));
  return outcomes.map((outcome, i) => {
    const device = taps[i]!.name;
    if (outcome.status === 'fulfilled') return { device, error: undefined };
    if (outcome.reason instanceof NetdevError) return { device, error: outcome.reason };
    throw outcome.reason;
  });
}

/**
 * Deletes a persistent tap. Equivalent to `ip tuntap del DEV mode tap`. Many at once go as one group, some hundred times faster
 * than one by one.
 * @param options `ifExists`: that there is none is fine. `force`: it goes even while a process has it open, which then reads
 *   nothing but errors; equivalent to `ip link delete DEV`.
 * @throws {InvalidArgumentError} for what is no device name
 * @throws {WrongKindError} when the device is no tap
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV_PERMISSION`; without `force` `ERR_NETDEV_BUSY` while a process has it
 *   open
 */
export async function deleteTap(
  device: string,
  options: { ifExists?: boolean | undefined; force?: boolean | undefined } = {},
): Promise<void> {
  await deleteTogether(checkDeviceName(device), options.force ? 'any tap' : 'tap', { ifExists: options.ifExists });
}

/**
 * Whether there is a tap of this name, persistent or not. A tun, which has no Ethernet header, is none.
 * @throws {InvalidArgumentError} for what is no device name
 */
export function isTap(device: string): boolean {
  checkDeviceName(device);
  return read(
    () => `look for the tap ${device}`,
    (addon) => addon.isTap(device),
  );
}

function settle(device: string, options: TapOptions): NativeTapOptions {
  const { owner, group, mtu, mac, alias } = options;
  checkId('owner', owner);
  checkId('group', group);
  if (mtu !== undefined) checkMtu(mtu);
  return {
    owner,
    group,
    mtu,
    mac: mac === undefined ? undefined : parseMac(mac),
    multiQueue: options.multiQueue ?? false,
    vnetHeader: options.vnetHeader ?? false,
    up: options.up ?? false,
    changes: alias === undefined ? undefined : linkMessage(RTM.SETLINK, device, [aliasAttribute(alias)]),
    mayExist: options.mayExist ?? false,
  };
}

/** 2^32 - 1 is the kernel's word for no user or group. */
function checkId(what: string, id: number | undefined): void {
  if (id !== undefined && (!Number.isInteger(id) || id < 0 || id >= 2 ** 32 - 1)) {
    throw new InvalidArgumentError(`${what} must be a numeric id from 0 to 4294967294, not ${String(id)}`);
  }
}

function describe({ multiQueue, owner, group }: NativeTapOptions): string {
  const queues = multiQueue ? 'multi-queue' : 'single-queue';
  const user = owner === undefined ? '' : ` of user ${owner}`;
  return `a persistent ${queues} tap${user}${group === undefined ? '' : ` of group ${group}`}`;
}
