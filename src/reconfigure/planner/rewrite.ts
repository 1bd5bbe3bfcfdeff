import type { Step } from '../../plan/index.js';
import { type Facts, mayHaveBridge } from '../facts.js';
import type { Log } from '../log.js';
import type { Records } from '../records/index.js';
import { describePif, isVlan, networkOf } from '../relations.js';
import { networkUuidChanges } from './datapath.js';

/** Tells the switch anew which networks its bridges are. */
export function planRewrite(records: Records, facts: Facts, log: Log): Step[] {
  const sw = facts.switch;
  if (!sw) {
    log.info('the switch has no database now, as when the machine shuts down: there is nothing to rewrite');
    return [];
  }
  if (![...records.pifs.values()].some(({ currently_attached }) => currently_attached)) {
    // A dbcache never says that one is.
    log.info('the records say of no PIF that it is attached: there is nothing to rewrite');
  }
  const changes = [...records.pifs.values()].flatMap((pif) => {
    if (isVlan(pif) || !pif.currently_attached) return [];
    const { bridge } = networkOf(records, pif);
    if (bridge === '') {
      log.warn(`${describePif(pif)} is attached and has no bridge: it is skipped`);
      return [];
    }
    if (!mayHaveBridge(sw, bridge)) {
      log.warn(`${describePif(pif)} is attached, and there is no bridge ${bridge}: it is skipped`);
      return [];
    }
    return networkUuidChanges(records, pif, sw);
  });
  return changes.length === 0 ? [] : [{ kind: 'transaction', changes, waitForVswitchd: true }];
}
