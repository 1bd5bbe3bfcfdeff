/** Addresses of links (ip-address(8)). */
import { InvalidArgumentError } from '../base/errors.js';
import { NetdevError } from './errors.js';
import { checkDeviceName, show } from './name.js';
import { indexOf } from './native.js';
import {
  addressDump,
  delAddress,
  newAddress,
  parseAddressMessage,
  type RawAddress,
} from './rtnetlink/address-message.js';
import { readText, readU32, text } from './rtnetlink/attributes.js';
import { AF_INET, AF_INET6, IFA } from './rtnetlink/constants.js';
import { formatAddress, parseAddress, parsePrefix } from './rtnetlink/ip-address.js';
import { dump, request } from './rtnetlink/request.js';
import { numberOfScope, type Scope, scopeOf } from './rtnetlink/scope.js';

/** IFA_F_* of linux/if_addr.h, as ip(8) writes them. The first is `temporary` on IPv6. */
const FLAGS = {
  secondary: 0x01,
  nodad: 0x02,
  optimistic: 0x04,
  dadfailed: 0x08,
  home: 0x10,
  deprecated: 0x20,
  tentative: 0x40,
  permanent: 0x80,
  mngtmpaddr: 0x100,
  noprefixroute: 0x200,
  autojoin: 0x400,
  'stable-privacy': 0x800,
} as const;

/** A flag of an address, as ip-address(8) prints it. */
export type AddressFlag = keyof typeof FLAGS;

/** An IP address of a link. */
export interface Address {
  /** `192.0.2.1` */
  address: string;
  /** Bits. */
  prefixLength: number;
  family: 'inet' | 'inet6';
  /** The other end of a point-to-point link. */
  peer: string | null;
  broadcast: string | null;
  /** IPv4 only. */
  label: string | null;
  scope: Scope;
  flags: AddressFlag[];
  /** Seconds until it goes; Infinity for one that stays. */
  validLifetime: number;
  /** Seconds until it is used no more for new connections. */
  preferredLifetime: number;
}

/** What an address is added with. */
export interface AddressOptions {
  /** `auto`: the last of the network, as `brd +`. Default: none. */
  broadcast?: string | undefined;
  peer?: string | undefined;
  /** The device's name, with `:` and more. Default: the name. */
  label?: string | undefined;
  /** Default: `host` for 127.0.0.0/8, else `global`. */
  scope?: Scope | undefined;
  /** `nodad` (IPv6: use it at once), `noprefixroute`, `home`, `mngtmpaddr`, `autojoin`. */
  flags?: readonly AddressFlag[] | undefined;
}

/**
 * The addresses of a link, in the kernel's order. Equivalent to `ip address show dev DEV` (RTM_GETADDR).
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`
 */
export async function listAddresses(device: string): Promise<Address[]> {
  return (await rawAddresses(device)).map(describe);
}

/**
 * Adds an address. Equivalent to `ip address add ADDRESS/LENGTH dev DEV [broadcast B] [label L] [scope S]`.
 * @param prefix `192.0.2.1/24` or `2001:db8::1/64`
 * @throws {InvalidArgumentError}
 * @throws {NetdevError} `ERR_NETDEV_EXISTS`, `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV_PERMISSION` (EACCES for IPv6 where it is off)
 */
export async function addAddress(device: string, prefix: string, options: AddressOptions = {}): Promise<void> {
  const address = settle(device, prefix, options);
  await request({ deed: `add the address ${prefix} to ${device}`, device, message: newAddress(address) });
}

/**
 * Takes an address away. Equivalent to `ip address delete ADDRESS/LENGTH dev DEV [peer PEER]`.
 * @param options `peer`: that of an address of a point-to-point link, without which the kernel finds no such address
 * @throws {InvalidArgumentError}
 * @throws {NetdevError} `ERR_NETDEV_NO_ADDRESS`, `ERR_NETDEV_NO_DEVICE`
 */
export async function deleteAddress(
  device: string,
  prefix: string,
  { peer }: Pick<AddressOptions, 'peer'> = {},
): Promise<void> {
  const address = settle(device, prefix, { peer });
  await request({ deed: `delete the address ${prefix} from ${device}`, device, message: delAddress(address) });
}

/** All that the kernel tells of the addresses of a link. */
export async function rawAddresses(device: string): Promise<RawAddress[]> {
  const index = indexOf(checkDeviceName(device));
  const deed = `list the addresses of ${device}`;
  const answers = await dump({ deed, device, message: addressDump() });
  return answers.map(({ body }) => parseAddressMessage(body)).filter((address) => address.index === index);
}

export function describe({ family, prefixLength, flags, scope, attributes }: RawAddress): Address {
  const address = attributes.get(IFA.ADDRESS);
  const local = attributes.get(IFA.LOCAL) ?? address;
  if (!local || (family !== AF_INET && family !== AF_INET6)) {
    throw new NetdevError('ERR_NETDEV', `can't read an address of family ${family}`, undefined);
  }
  const broadcast = attributes.get(IFA.BROADCAST);
  const label = attributes.get(IFA.LABEL);
  const lifetimes = attributes.get(IFA.CACHEINFO);
  const lifetime = (offset: number) => {
    const seconds = lifetimes ? readU32(lifetimes, offset) : 0xffff_ffff;
    return seconds === 0xffff_ffff ? Number.POSITIVE_INFINITY : seconds;
  };
  return {
    address: formatAddress(local),
    prefixLength,
    family: family === AF_INET ? 'inet' : 'inet6',
    peer: address && !address.equals(local) ? formatAddress(address) : null,
    broadcast: broadcast ? formatAddress(broadcast) : null,
    label: label ? readText(label) : null,
    scope: scopeOf(scope),
    flags: (Object.keys(FLAGS) as AddressFlag[]).filter((name) => (flags & FLAGS[name]) !== 0),
    // struct ifa_cacheinfo
    preferredLifetime: lifetime(0),
    validLifetime: lifetime(4),
  };
}

function settle(device: string, prefix: string, options: AddressOptions): RawAddress {
  checkDeviceName(device);
  const { family, bytes, length } = parsePrefix(prefix, 'the address');
  const attributes = new Map([[IFA.LOCAL as number, bytes]]);
  const other = (text: string, what: string) => {
    const address = parseAddress(text, what);
    if (address.length === bytes.length) return address;
    throw new InvalidArgumentError(`${what} must be of the family of ${show(prefix)}, not ${show(text)}`);
  };
  attributes.set(IFA.ADDRESS, options.peer === undefined ? bytes : other(options.peer, 'peer'));
  if (options.broadcast !== undefined) {
    const last = Buffer.from(bytes.map((byte, i) => byte | (0xff >> Math.min(8, Math.max(0, length - 8 * i)))));
    attributes.set(IFA.BROADCAST, options.broadcast === 'auto' ? last : other(options.broadcast, 'broadcast'));
  }
  if (options.label !== undefined) attributes.set(IFA.LABEL, text(options.label));
  const flags = (options.flags ?? []).reduce((sum, name) => sum | numberOfFlag(name), 0);
  const scope = options.scope ?? (family === AF_INET && bytes[0] === 127 ? 'host' : 'global');
  return {
    family,
    prefixLength: length,
    flags,
    scope: numberOfScope(scope),
    index: indexOf(device),
    attributes,
  };
}

/** @throws {InvalidArgumentError} */
function numberOfFlag(name: AddressFlag): number {
  if (Object.hasOwn(FLAGS, name)) return FLAGS[name];
  const known = Object.keys(FLAGS).join(', ');
  throw new InvalidArgumentError(`a flag of an address must be one of ${known}, not ${show(String(name))}`);
}
