/** Deleting links. The kernel waits some 15 ms at the end of each request that deletes, however many links it deletes. */
import { randomInt } from 'node:crypto';
import { lookAtLinks } from './details.js';
import { isNoDevice, NetdevError } from './errors.js';
import { checkDeviceName } from './name.js';
import { attribute, u32 } from './rtnetlink/attributes.js';
import { IFLA, RTM } from './rtnetlink/constants.js';
import { checkWhole } from './rtnetlink/fields.js';
import { ifinfomsg, linkMessage } from './rtnetlink/link-message.js';
import { type Message, message } from './rtnetlink/message.js';
import { type LinkResult, type Request, request, requestAll } from './rtnetlink/request.js';

/** A link as it was seen: by its index it is deleted, and not one that has got its name since. */
export interface SeenLink {
  /** As it was asked for. */
  readonly device: string;
  /** For the message: `delete tap0`. */
  readonly deed: string;
  readonly index: number;
  readonly group: number;
}

/**
 * Deletes all links of a group at once, or none. Equivalent to `ip link delete group GROUP`.
 * @param group not 0, which every link has that was given no other
 * @throws {InvalidArgumentError}
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE` for a group without a link, `ERR_NETDEV_UNSUPPORTED` when one of them can't be
 *   deleted, `ERR_NETDEV_PERMISSION`
 */
export async function deleteGroup(group: number): Promise<void> {
  await request(groupDeletion(group));
}

/**
 * Deletes many links at once, some hundred times faster than one by one: puts them in a group of their own, and deletes that.
 * Each succeeds or fails for itself. Equivalent to `ip link set DEV group G` for each, and `ip link delete group G`.
 * @param options `ifExists`: that there is none is fine.
 * @returns a result for each, in the same order
 * @throws {InvalidArgumentError} before anything is deleted
 */
export async function deleteLinks(
  devices: readonly string[],
  options: { ifExists?: boolean | undefined } = {},
): Promise<LinkResult[]> {
  for (const device of devices) checkDeviceName(device);
  const asked = devices.map((device) => ({ deed: `delete ${device}`, device }));
  const looks = await lookAtLinks(asked);
  const seen = looks.flatMap((link, i) => (link instanceof NetdevError ? [] : [{ ...link, ...asked[i]! }]));
  const errors = await deleteSeen(seen);
  return devices.map((device, i) => {
    const look = looks[i];
    const error = look instanceof NetdevError ? look : errors.get(device);
    return { device, error: isNoDevice(error) && options.ifExists ? undefined : error };
  });
}

/** @returns why those stay that do, by the names that they were asked for by */
export async function deleteSeen(links: readonly SeenLink[]): Promise<ReadonlyMap<string, NetdevError>> {
  if (links.length < 2) return failures(links, await requestAll(links.map(seenDeletion)));
  const group = unusedGroup();
  const marks = await requestAll(links.map((link) => mark(link, group)));
  const outcome = await attempt(groupDeletion(group));
  // One that can't be deleted keeps all of them: then each for itself, and what stays gets its group back.
  const each = outcome instanceof NetdevError && !isNoDevice(outcome) ? await requestAll(links.map(seenDeletion)) : [];
  await requestAll(links.flatMap((link, i) => (each[i] instanceof NetdevError ? [mark(link, link.group)] : [])));
  // The first end of a veth pair takes the other along.
  const left = each.map((answer) => (isNoDevice(answer) ? [] : answer));
  return new Map([...failures(links, left), ...failures(links, marks)]);
}

function failures(links: readonly SeenLink[], answers: readonly (NetdevError | Message[])[]): Map<string, NetdevError> {
  return new Map(
    answers.flatMap((answer, i) => (answer instanceof NetdevError ? [[links[i]!.device, answer] as const] : [])),
  );
}

async function attempt(one: Request): Promise<NetdevError | Message[]> {
  return (await requestAll([one]))[0]!;
}

/** The request that deletes a link. @throws {InvalidArgumentError} for what is no device name */
export function deletion(device: string): Request {
  checkDeviceName(device);
  return { deed: `delete ${device}`, device, message: linkMessage(RTM.DELLINK, device) };
}

function groupDeletion(group: number): Request {
  checkWhole(group, 'group', 1, 0x7fff_ffff);
  const attributes = [attribute(IFLA.GROUP, u32(group))];
  return {
    deed: `delete the links of group ${group}`,
    device: undefined,
    message: message(RTM.DELLINK, 0, ifinfomsg(), attributes),
  };
}

function seenDeletion({ deed, device, index }: SeenLink): Request {
  return { deed, device, message: message(RTM.DELLINK, 0, ifinfomsg({ index }), []) };
}

function mark({ deed, device, index }: SeenLink, group: number): Request {
  const attributes = [attribute(IFLA.GROUP, u32(group))];
  return { deed, device, message: message(RTM.SETLINK, 0, ifinfomsg({ index }), attributes) };
}

/** Of the two thousand million above those that people use. */
function unusedGroup(): number {
  return randomInt(0x4000_0000, 0x7fff_ffff);
}
