/** Links that are deleted at the same time go as a group: the kernel waits some 15 ms for each that goes by itself. */
import { deleteAlone, deleteLinks } from './delete.js';
import { isNoDevice, type NetdevError } from './errors.js';
import { getLink, linkExists } from './link.js';
import { checkDeviceName } from './name.js';
import { change, read } from './native.js';

/** `tap`: nothing but a tap, that nobody has open. `any tap`: also one that somebody has open. */
type What = 'link' | 'tap' | 'any tap';

interface Waiting {
  readonly device: string;
  readonly what: What;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

let waiting: Waiting[] = [];
let busy = false;

/**
 * Deletes a link of any kind but a real card; of a veth pair both ends. Equivalent to `ip link delete DEV`. Many at once go as one
 * group, some hundred times faster than one by one.
 * @param options `ifExists`: that there is none is fine.
 * @throws {InvalidArgumentError} for what is no device name
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV_UNSUPPORTED` for a real card, `ERR_NETDEV_PERMISSION`
 */
export async function deleteLink(device: string, options: { ifExists?: boolean | undefined } = {}): Promise<void> {
  await deleteTogether(checkDeviceName(device), 'link', options.ifExists ?? false);
}

/** Deletes the device, together with those asked for in the same turn of the event loop, or while others are deleted. */
export async function deleteTogether(device: string, what: What, ifExists: boolean): Promise<void> {
  try {
    await inBatch(device, what);
  } catch (error) {
    if (!(ifExists && isNoDevice(error))) throw error;
  }
}

function inBatch(device: string, what: What): Promise<void> {
  return new Promise((resolve, reject) => {
    waiting.push({ device, what, resolve, reject });
    if (waiting.length === 1 && !busy) process.nextTick(flush);
  });
}

async function flush(): Promise<void> {
  busy = true;
  while (waiting.length > 0) {
    const batch = waiting;
    waiting = [];
    await deleteBatch(batch);
  }
  busy = false;
}

async function deleteBatch(batch: readonly Waiting[]): Promise<void> {
  const byDevice = new Map(batch.map((each) => [each.device, each]));
  const grouped = batch.length > 1 ? [...byDevice.values()].filter(mayGoByGroup) : [];
  const single = batch.filter((each) => !grouped.includes(each));
  await Promise.all([deleteGroup(grouped), ...single.map(deleteOne)]);
}

/** A group goes whether or not somebody has one of it open; one that is down has no carrier in either case. */
function mayGoByGroup({ device, what }: Waiting): boolean {
  try {
    if (what === 'link') return linkExists(device);
    if (!isTapThere(device)) return false;
    const { up, carrier } = getLink(device);
    return what === 'any tap' || (up && !carrier);
  } catch {
    // It went meanwhile, or can't be asked: whoever deletes it gets to know.
    return false;
  }
}

function isTapThere(device: string): boolean {
  return (
    linkExists(device) &&
    read(
      () => `look for the tap ${device}`,
      (addon) => addon.isTap(device),
    )
  );
}

async function deleteGroup(group: readonly Waiting[]): Promise<void> {
  if (group.length === 0) return;
  try {
    const results = await deleteLinks(group.map(({ device }) => device));
    for (const [index, { error }] of results.entries()) settle(group[index] as Waiting, error);
  } catch (error) {
    for (const each of group) each.reject(error);
  }
}

async function deleteOne(one: Waiting): Promise<void> {
  await deleteByItself(one).then(one.resolve, one.reject);
}

async function deleteByItself({ device, what }: Waiting): Promise<void> {
  // The tap driver, which knows a tap from other devices, lets none go that somebody has open; rtnetlink does.
  if (what === 'link' || (what === 'any tap' && isTapThere(device))) await deleteAlone(device);
  else {
    await change(
      () => `delete the tap ${device}`,
      (addon, callback) => addon.deleteTap(device, callback),
    );
  }
}

function settle(one: Waiting, error: NetdevError | undefined): void {
  if (error) one.reject(error);
  else one.resolve();
}
