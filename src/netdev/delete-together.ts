/** Links that are deleted at the same time go as a group: the kernel waits some 15 ms for each that goes by itself. */
import { deleteSeen } from './delete.js';
import { type LinkDetails, lookAtLinks } from './details.js';
import { isNoDevice, NetdevError, WrongKindError } from './errors.js';
import type { TunData } from './kinds/index.js';
import { checkDeviceName } from './name.js';
import { change } from './native.js';
import { IFF_LOWER_UP } from './rtnetlink/constants.js';

/** `tap`: nothing but a tap, that nobody has open. `any tap`: also one that somebody has open. */
type What = 'link' | 'tap' | 'any tap';

interface DeleteOptions {
  /** That there is none is fine. */
  ifExists?: boolean | undefined;
  /** Only the link that has this index counts: one that has got its name since stays. */
  index?: number | undefined;
}

interface Waiting {
  readonly device: string;
  readonly deed: string;
  readonly what: What;
  readonly index: number | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

let waiting: Waiting[] = [];
let busy = false;

/**
 * Deletes a link of any kind but a real card; of a veth pair both ends. Equivalent to `ip link delete DEV`. Many at once go as one
 * group, some hundred times faster than one by one.
 * @param options `ifExists`: that there is none is fine. `index`: only the link that has this index, and not one that has got its
 *   name since.
 * @throws {InvalidArgumentError} for what is no device name
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV_UNSUPPORTED` for a real card, `ERR_NETDEV_PERMISSION`
 */
export async function deleteLink(device: string, options: DeleteOptions = {}): Promise<void> {
  await deleteTogether(checkDeviceName(device), 'link', options);
}

/** Deletes the device, together with those asked for in the same turn of the event loop, or while others are deleted. */
export async function deleteTogether(device: string, what: What, { ifExists, index }: DeleteOptions): Promise<void> {
  try {
    await inBatch(device, what, index);
  } catch (error) {
    if (!(ifExists && isNoDevice(error))) throw error;
  }
}

function inBatch(device: string, what: What, index: number | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const deed = what === 'link' ? `delete ${device}` : `delete the tap ${device}`;
    waiting.push({ device, deed, what, index, resolve, reject });
    if (waiting.length === 1 && !busy) process.nextTick(flush);
  });
}

async function flush(): Promise<void> {
  busy = true;
  while (waiting.length > 0) {
    const batch = new Map(waiting.toReversed().map((one) => [one.device, one]));
    // Who asks for one a second time finds out what the first has come to.
    waiting = waiting.filter((one) => batch.get(one.device) !== one);
    await deleteBatch([...batch.values()]);
  }
  busy = false;
}

async function deleteBatch(batch: readonly Waiting[]): Promise<void> {
  try {
    const links = await lookAtLinks(batch);
    const found = batch.flatMap((one, i) => {
      const link = links[i]!;
      const error = link instanceof NetdevError ? link : refusal(one, link);
      if (error) one.reject(error);
      return error ? [] : [{ ...(link as LinkDetails), ...one, index: (link as LinkDetails).index }];
    });
    const closed = found.filter(({ what, up, flags }) => what !== 'tap' || (up && (flags & IFF_LOWER_UP) === 0));
    // A group goes whether or not somebody has opened one of it since.
    const grouped = closed.length > 1 ? closed : closed.filter(({ what }) => what !== 'tap');
    const errors = deleteSeen(grouped);
    const single = found.filter((one) => !grouped.includes(one)).map(deleteByDriver);
    for (const one of grouped) settle(one, (await errors).get(one.device));
    await Promise.all(single);
  } catch (error) {
    for (const one of batch) one.reject(error);
  }
}

/** Why the link that is there is not the one to delete. */
function refusal({ device, deed, what, index }: Waiting, link: LinkDetails): NetdevError | undefined {
  if (index !== undefined && index !== link.index) {
    return new NetdevError('ERR_NETDEV_NO_DEVICE', `can't ${deed}: that of index ${index} has gone`, device);
  }
  if (what === 'link') return undefined;
  const kind = link.kind === 'tun' ? modeOf(link) : (link.kind ?? 'of another kind');
  return kind === 'tap' ? undefined : new WrongKindError(device, 'a tap', kind);
}

/** Linux before 4.17 does not tell; but a tun has no Ethernet address. */
const modeOf = ({ data, mac }: LinkDetails) => (data as TunData | null)?.type ?? (mac === null ? 'tun' : 'tap');

/** The tap driver lets none go that somebody has open; rtnetlink does. One that is down has no carrier in either case. */
async function deleteByDriver(one: Waiting): Promise<void> {
  const deletion = change(
    () => one.deed,
    (addon, callback) => addon.deleteTap(one.device, callback),
  );
  await deletion.then(() => one.resolve(), one.reject);
}

function settle(one: Waiting, error: NetdevError | undefined): void {
  if (error) one.reject(error);
  else one.resolve();
}
