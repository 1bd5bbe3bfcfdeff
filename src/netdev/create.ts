/** Making links. Each comes with all its options, or not at all. */
import { makeLinks } from './creation.js';
import { deletion } from './delete.js';
import { NetdevError } from './errors.js';
import type { BondOptions } from './kinds/bond.js';
import type { BridgeOptions } from './kinds/bridge.js';
import { type LinkOptions, linkFlags } from './kinds/common.js';
import { encodeSettings, type LinkSpec } from './kinds/index.js';
import type { MacvlanOptions } from './kinds/macvlan.js';
import type { VlanOptions } from './kinds/vlan.js';
import type { VxlanOptions } from './kinds/vxlan.js';
import { checkDeviceName } from './name.js';
import { RTM } from './rtnetlink/constants.js';
import { linkMessage } from './rtnetlink/link-message.js';
import { type LinkResult, type Request, request, requestAll } from './rtnetlink/request.js';

/**
 * Makes a link of any kind. Equivalent to `ip link add NAME ... type KIND ...`.
 * @throws {InvalidArgumentError}
 * @throws {NetdevError} `ERR_NETDEV_EXISTS`, `ERR_NETDEV_NO_DEVICE` for a link or master that is not there,
 *   `ERR_NETDEV_UNSUPPORTED` for a kind that this kernel lacks, `ERR_NETDEV_PERMISSION`, `ERR_NETDEV_BUSY`, `ERR_NETDEV`
 */
export async function createLink(spec: LinkSpec): Promise<void> {
  const [result] = await createLinks([spec]);
  if (result?.error) throw result.error;
}

/**
 * Makes many links by one call, in order; each succeeds or fails for itself. A link or master that one of them names must be
 * there before. Equivalent to `ip -force -batch FILE` with a line `link add ...` for each.
 * @returns a result for each, in the same order
 * @throws {InvalidArgumentError} before anything is made
 * @throws {NetdevError} `ERR_NETDEV` when the kernel gave no answer
 */
export async function createLinks(specs: readonly LinkSpec[]): Promise<LinkResult[]> {
  const errors = await makeLinks(specs);
  const results = specs.map(({ name }, i): LinkResult => ({ device: name, error: errors[i] }));
  await setPeersUp(specs, results);
  return results;
}

/** The other ends of the veth pairs that were made; a pair whose other end can't be set up goes again. */
async function setPeersUp(specs: readonly LinkSpec[], results: LinkResult[]): Promise<void> {
  const pairs = specs.flatMap((spec, i) => {
    const result = results[i]!;
    return spec.kind === 'veth' && spec.peer.up && !result.error ? [{ spec, result }] : [];
  });
  const answers = await requestAll(
    pairs.map(({ spec: { name, peer } }) => ({
      deed: `set ${peer.name}, the peer of ${name}, up`,
      device: peer.name,
      message: linkMessage(RTM.SETLINK, peer.name, [], linkFlags(peer)),
    })),
  );
  for (const [i, { result }] of pairs.entries()) {
    const answer = answers[i];
    if (answer instanceof NetdevError) result.error = answer;
  }
  const failed = pairs.filter(({ result }) => result.error);
  await requestAll(failed.map(({ spec: { name } }) => deletion(name)));
}

/** Equivalent to `ip link add NAME type veth peer name PEER`. Throws as `createLink`. */
export function createVethPair(
  name: string,
  peer: string | ({ name: string } & LinkOptions),
  options: LinkOptions = {},
): Promise<void> {
  return createLink({ ...options, kind: 'veth', name, peer: typeof peer === 'string' ? { name: peer } : peer });
}

/** Equivalent to `ip link add NAME type bridge ...` and `brctl addbr NAME`. Throws as `createLink`. */
export function createBridge(name: string, options: LinkOptions & BridgeOptions = {}): Promise<void> {
  return createLink({ ...options, kind: 'bridge', name });
}

/** Equivalent to `ip link add NAME type bond ...`. Throws as `createLink`. */
export function createBond(name: string, options: LinkOptions & BondOptions = {}): Promise<void> {
  return createLink({ ...options, kind: 'bond', name });
}

/** Equivalent to `ip link add link LINK name NAME type macvlan mode MODE`. Throws as `createLink`. */
export function createMacvlan(name: string, link: string, options: LinkOptions & MacvlanOptions = {}): Promise<void> {
  return createLink({ ...options, kind: 'macvlan', name, link });
}

/**
 * A macvlan whose frames a program reads and writes at `/dev/tapINDEX`, as QEMU does; `getLink` tells the index.
 * Equivalent to `ip link add link LINK name NAME type macvtap mode MODE`. Throws as `createLink`.
 */
export function createMacvtap(name: string, link: string, options: LinkOptions & MacvlanOptions = {}): Promise<void> {
  return createLink({ ...options, kind: 'macvtap', name, link });
}

/** Equivalent to `ip link add link LINK name NAME type vlan id ID [protocol 802.1ad]`. Throws as `createLink`. */
export function createVlan(
  name: string,
  link: string,
  options: LinkOptions & VlanOptions & { id: number },
): Promise<void> {
  return createLink({ ...options, kind: 'vlan', name, link });
}

/** Equivalent to `ip link add NAME type dummy`. Throws as `createLink`. */
export function createDummy(name: string, options: LinkOptions = {}): Promise<void> {
  return createLink({ ...options, kind: 'dummy', name });
}

/** Equivalent to `ip link add NAME type vxlan id ID [dev LINK] ...`. Throws as `createLink`. */
export function createVxlan(
  name: string,
  options: LinkOptions & VxlanOptions & { link?: string | undefined },
): Promise<void> {
  return createLink({ ...options, kind: 'vxlan', name });
}

/**
 * Equivalent to `ip link set NAME type bridge ...`, and `brctl setfd|stp|setageing NAME ...`.
 * @throws {InvalidArgumentError}
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV` for a value out of the kernel's bounds or a link of another kind
 */
export async function setBridge(device: string, options: BridgeOptions): Promise<void> {
  await request(settings('bridge', device, options));
}

/**
 * Equivalent to `ip link set NAME type bond ...`.
 * @throws {InvalidArgumentError}
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV` for what can't be changed now, such as the mode of a bond that is up
 */
export async function setBond(device: string, options: BondOptions): Promise<void> {
  await request(settings('bond', device, options));
}

function settings(kind: 'bridge' | 'bond', device: string, options: BridgeOptions | BondOptions): Request {
  checkDeviceName(device);
  return {
    deed: `set the ${kind} ${device}`,
    device,
    message: linkMessage(RTM.NEWLINK, device, [encodeSettings(kind, options)]),
  };
}
