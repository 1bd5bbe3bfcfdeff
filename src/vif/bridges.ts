import type { CallOptions } from '../base/deadline.js';
import { NoBridgeError, type Ovs } from '../vswitch/index.js';
import type { Belongings } from './belongings.js';
import { detailFacts } from './gather.js';

/** What a Plugger lends. */
export interface BridgeSite {
  readonly ovs: Ovs;
  /** Whether a reconcile has put that bridge in order before: it may have gone by that. */
  hasSeen(bridge: string): boolean;
}

/**
 * A bridge that is named by mistake would seem to be in order.
 *
 * @throws {NoBridgeError} for one that is neither on the switch nor the kernel's, nor was.
 */
export async function checkBridges(site: BridgeSite, bridges: Iterable<string>, options: CallOptions): Promise<void> {
  for (const bridge of bridges) {
    if (await isThere(site, bridge)) continue;
    await site.ovs.sync(options);
    if (!site.ovs.tables.bridge(bridge)) throw new NoBridgeError(bridge);
  }
}

async function isThere({ ovs, hasSeen }: BridgeSite, name: string): Promise<boolean> {
  if (ovs.tables.bridge(name) || hasSeen(name)) return true;
  return (await detailFacts(name))?.kind === 'bridge';
}

/** Whether something was made for the bridge, which may have gone since. */
export function isBridgeOf({ devices, portBridges, networks }: Belongings, bridge: string): boolean {
  const lists = [...devices.values(), [...portBridges.values()], ...networks.values()];
  return lists.some((list) => list.some((each) => each.bridge === bridge));
}
