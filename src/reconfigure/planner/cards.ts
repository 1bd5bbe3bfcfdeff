import type { Step } from '../../plan/index.js';
import { NoNetdevError } from '../errors.js';
import type { Facts } from '../facts.js';
import type { Log } from '../log.js';
import type { Pif, Records } from '../records/index.js';
import { netdevName } from '../relations.js';
import { cardMtu, cardWishes, missingWishes, wantsVlanWorkaround } from '../settings.js';

/**
 * Brings up the cards of a datapath with their MTU and settings. Before the switch is changed: ovs-vswitchd looks at the
 * carrier of a bond's member when that is added, and a link that is down has none.
 *
 * @throws {NoNetdevError}
 */
export function cardSteps(records: Records, datapath: Pif, cards: readonly Pif[], facts: Facts, log: Log): Step[] {
  return cards.flatMap((card) => {
    const device = netdevName(card);
    const have = facts.netdevs.get(device);
    if (!have) throw new NoNetdevError(device);
    const mtu = cardMtu(records, datapath, card, log)?.trim();
    const { link, offloads } = missingWishes(cardWishes(card, log), have);
    if (have.driver === null) log.info(`${device} has no driver of hardware in sysfs (device/driver)`);
    const steps: Step[] = [];
    if (have.up !== true) steps.push({ kind: 'set-link-up', device });
    if (mtu !== undefined && Number(mtu) !== have.mtu) {
      steps.push({ kind: 'set-mtu', device, mtu: Number(mtu), bestEffort: true });
    }
    if (Object.keys(link).length > 0) steps.push({ kind: 'set-link-settings', device, ...link, bestEffort: true });
    if (Object.keys(offloads).length > 0) {
      steps.push({ kind: 'set-features', device, features: offloads, bestEffort: true });
    }
    steps.push({ kind: 'set-vlan-workaround', device, on: wantsVlanWorkaround(card, have) });
    return steps;
  });
}
