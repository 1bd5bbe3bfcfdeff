import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../base/errors.js';
import { NetdevError, toNetdevError } from './errors.js';

/** How a change ends; the error is a `NativeError`. The answer tells, for a tap, whether it was created. */
export type NativeCallback = (error: Error | null, answer: boolean) => void;

export interface NativeLink {
  index: number;
  flags: number;
  mtu: number;
  carrier: boolean;
  detected: boolean | null;
  mac: Uint8Array | null;
}

export interface NativeTapOptions {
  owner: number | undefined;
  group: number | undefined;
  multiQueue: boolean;
  vnetHeader: boolean;
  mac: Uint8Array | undefined;
  mtu: number | undefined;
  up: boolean;
  /** Netlink messages that are to be sent before it is made to stay. */
  changes: Uint8Array | undefined;
  mayExist: boolean;
}

export interface Errno {
  /** `ENODEV` */
  name: string;
  /** What strerror(3) says: `No such device`. */
  text: string;
}

export interface NativeDriver {
  driver: string | null;
  ethtoolDriver: string | null;
  version: string | null;
  firmware: string | null;
  bus: string | null;
}

/** As struct ethtool_link_settings has them. */
export interface NativeLinkSettings {
  speed: number;
  duplex: number;
  autoneg: number;
  port: number;
  supported: Uint32Array;
  advertising: Uint32Array;
  partner: Uint32Array;
}

interface NativeMessageHeader {
  /** The dump that it belongs to; 0 for an event. */
  sequence: number;
  /** NLM_F_DUMP_INTR. */
  interrupted: boolean;
  removed: boolean;
  /** errno, of `done` and `error`. */
  error: number;
}

export interface NativeLinkMessage extends NativeMessageHeader {
  type: 'link';
  index: number;
  flags: number;
  name: string;
  mtu: number;
  mac: string | null;
  operationalState: number;
  kind: string;
  master: number;
  parent: number;
  group: number;
  txQueueLength: number;
}

export interface NativeAddressMessage extends NativeMessageHeader {
  type: 'address';
  index: number;
  family: number;
  prefixLength: number;
  scope: number;
  flags: number;
  address: string;
  label: string;
}

/** A NETLINK_ROUTE message, or `lost`: the kernel dropped some. */
export type NativeMessage =
  | NativeLinkMessage
  | NativeAddressMessage
  | (NativeMessageHeader & { type: 'done' | 'error' | 'lost' });

/** What native/addon.cc exports. Reads throw a `NativeError`. */
export interface Native {
  enterPrivateNetwork(): void;
  listDevices(): string[];
  deviceExists(device: string): boolean;
  readLink(device: string): NativeLink;
  readDriver(device: string): NativeDriver;
  readSysfs(root: string, device: string): { driver: string | null; features: string | null };
  readStrings(device: string, set: number): string[];
  readFeatures(device: string, count: number): Uint32Array;
  readLinkSettings(device: string): NativeLinkSettings | null;
  /** The largest, then the present: rx, rx mini, rx jumbo, tx. */
  readRings(device: string): Uint32Array | null;
  /** The largest, then the present: rx, tx, other, combined. */
  readChannels(device: string): Uint32Array | null;
  openEvents(onReadable: () => void): number;
  requestDump(socket: number, addresses: boolean, sequence: number): void;
  readEvents(socket: number): NativeMessage[];
  closeEvents(socket: number): void;
  parseNetlink(datagram: Uint8Array): NativeMessage[];
  isTap(device: string): boolean;
  rtnetlink(requests: Uint8Array, callback: (error: Error | null, replies: Buffer) => void): void;
  describeErrno(number: number): Errno;
  indexOf(device: string): number;
  isIndexUsed(index: number): boolean;
  setFeatures(device: string, words: Uint8Array, callback: NativeCallback): void;
  setLinkSettings(
    device: string,
    options: { speed: number | undefined; duplex: number | undefined; autoneg: number | undefined },
    advertising: Uint8Array,
    callback: NativeCallback,
  ): void;
  setVlanWorkaround(device: string, on: boolean, callback: NativeCallback): void;
  createTap(device: string, options: NativeTapOptions, callback: NativeCallback): void;
  deleteTap(device: string, callback: NativeCallback): void;
}

/** Where package.json, and build/ or prebuilds/, are: three levels above dist/src/netdev. */
const packageRoot = fileURLToPath(new URL('../../../', import.meta.url));

let loaded: Native | undefined;

/**
 * The addon, loaded when it is first needed: what only plans or only speaks to the database runs without it.
 * @throws {NetdevError} `ERR_NETDEV_ADDON_MISSING`; `ERR_NETDEV_UNSUPPORTED` on other systems than Linux
 */
function native(): Native {
  loaded ??= load();
  return loaded;
}

function load(): Native {
  if (process.platform !== 'linux') {
    const message = `network devices are not supported here: ovskit knows those of Linux, and this is ${process.platform}`;
    throw new NetdevError('ERR_NETDEV_UNSUPPORTED', message, undefined);
  }
  try {
    const require = createRequire(import.meta.url);
    const nodeGypBuild = require('node-gyp-build') as (directory: string) => unknown;
    return nodeGypBuild(packageRoot) as Native;
  } catch (cause) {
    const [reason] = messageOf(cause).split('\n');
    const how = "build it by 'npm run build:native' in a checkout, or 'npm rebuild ovskit' where it is installed";
    const message = `the native addon can't be loaded: ${how} (needs a C++ compiler; ${reason})`;
    throw new NetdevError('ERR_NETDEV_ADDON_MISSING', message, undefined, { cause });
  }
}

/** What was tried, for the message: `read the link of eth0`. Only made when it is needed. */
type Deed = () => string;

/** Calls the addon; its error becomes one of ours. */
export function read<T>(deed: Deed, call: (addon: Native) => T): T {
  const addon = native();
  try {
    return call(addon);
  } catch (error) {
    throw toNetdevError(error, deed());
  }
}

/**
 * Has the addon make a change, after those that were asked for before.
 * @param wanted what the device should be, for the error when it is something else: `a tap`
 */
export async function change(
  deed: Deed,
  call: (addon: Native, callback: NativeCallback) => void,
  wanted?: string,
): Promise<boolean> {
  const addon = native();
  try {
    return await new Promise<boolean>((resolve, reject) => {
      call(addon, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  } catch (error) {
    // Made after the await, in a function that its caller awaits: so the stack goes on to that caller.
    throw toNetdevError(error, deed(), wanted);
  }
}

/**
 * Has the addon send netlink messages, after the changes that were asked for before.
 * @returns what the kernel said (native/rtnetlink.h)
 */
export async function transact(deed: Deed, requests: Buffer): Promise<Buffer> {
  const addon = native();
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      addon.rtnetlink(requests, (error, replies) => (error ? reject(error) : resolve(replies)));
    });
  } catch (error) {
    throw toNetdevError(error, deed());
  }
}

export function describeErrno(number: number): Errno {
  return native().describeErrno(number);
}

/** The index of a device. @throws {NetdevError} `ERR_NETDEV_NO_DEVICE` */
export function indexOf(device: string): number {
  return read(
    () => `find ${device}`,
    (addon) => addon.indexOf(device),
  );
}
