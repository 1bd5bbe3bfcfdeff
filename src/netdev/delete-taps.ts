/** Taps that are deleted at the same time go as a group: the kernel waits some 15 ms for each that goes by itself. */
import { deleteLink, deleteLinks } from './delete.js';
import type { NetdevError } from './errors.js';
import { getLink, linkExists } from './link.js';
import { change, read } from './native.js';

interface Waiting {
  readonly device: string;
  /** Also one that somebody has open. */
  readonly force: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

let waiting: Waiting[] = [];
let busy = false;

/** Deletes the tap, together with those asked for in the same turn of the event loop, or while others are deleted. */
export function deleteTogether(device: string, force: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    waiting.push({ device, force, resolve, reject });
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
function mayGoByGroup({ device, force }: Waiting): boolean {
  try {
    if (!isThere(device)) return false;
    const { up, carrier } = getLink(device);
    return force || (up && !carrier);
  } catch {
    // It went meanwhile, or can't be asked: whoever deletes it gets to know.
    return false;
  }
}

function isThere(device: string): boolean {
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

async function deleteOne({ device, force, resolve, reject }: Waiting): Promise<void> {
  // The tap driver, which knows a tap from other devices, lets none go that somebody has open; rtnetlink does.
  const deletion =
    force && isThere(device)
      ? deleteLink(device)
      : change(
          () => `delete the tap ${device}`,
          (addon, callback) => addon.deleteTap(device, callback),
        );
  await deletion.then(resolve, reject);
}

function settle(one: Waiting, error: NetdevError | undefined): void {
  if (error) one.reject(error);
  else one.resolve();
}
