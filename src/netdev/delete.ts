/** Deleting links. The kernel waits some 15 ms at the end of each request that deletes, however many links it deletes. */
import { randomInt } from 'node:crypto';
import { isNoDevice, NetdevError } from './errors.js';
import { checkDeviceName } from './name.js';
import { attribute, attributeMap, readU32, u32 } from './rtnetlink/attributes.js';
import { IFLA, RTEXT_FILTER_SKIP_STATS, RTM } from './rtnetlink/constants.js';
import { checkWhole } from './rtnetlink/fields.js';
import { IFINFOMSG_SIZE, ifinfomsg, linkMessage } from './rtnetlink/link-message.js';
import { type Message, message } from './rtnetlink/message.js';
import { type LinkResult, type Request, request, requestAll } from './rtnetlink/request.js';

/** Deletes a link by itself. `deleteLink` is the public face. @throws {InvalidArgumentError} @throws {NetdevError} */
export async function deleteAlone(device: string): Promise<void> {
  await request(deletion(device));
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
  const groups = (await requestAll(devices.map(question))).map((answer) =>
    answer instanceof NetdevError ? undefined : groupOf(answer),
  );
  const group = unusedGroup();
  const marks = await requestAll(devices.map((device) => mark(device, group)));
  const outcome = await attempt(groupDeletion(group));
  // One that can't be deleted keeps all of them: then each for itself, and what stays gets its group back.
  const retried = outcome instanceof NetdevError && !isNoDevice(outcome) ? await requestAll(devices.map(deletion)) : [];
  const results = devices.map((device, i) => {
    let error = [marks[i], retried[i]].find((answer) => answer instanceof NetdevError);
    // The first end of a veth pair takes the other along.
    if (isNoDevice(error) && !isNoDevice(marks[i])) error = undefined;
    if (isNoDevice(error) && options.ifExists) error = undefined;
    return { device, error };
  });
  const left = devices.flatMap((device, i) => {
    const before = groups[i];
    return retried[i] instanceof NetdevError && before !== undefined ? [mark(device, before)] : [];
  });
  await requestAll(left);
  return results;
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

function mark(device: string, group: number): Request {
  const attributes = [attribute(IFLA.GROUP, u32(group))];
  return { deed: `delete ${device}`, device, message: linkMessage(RTM.SETLINK, device, attributes) };
}

function question(device: string): Request {
  const attributes = [attribute(IFLA.EXT_MASK, u32(RTEXT_FILTER_SKIP_STATS))];
  return { deed: `read the link of ${device}`, device, message: linkMessage(RTM.GETLINK, device, attributes) };
}

function groupOf([answer]: Message[]): number | undefined {
  const payload = answer && attributeMap(answer.body.subarray(IFINFOMSG_SIZE)).get(IFLA.GROUP);
  return payload && readU32(payload);
}

/** Of the two thousand million above those that people use. */
function unusedGroup(): number {
  return randomInt(0x4000_0000, 0x7fff_ffff);
}
