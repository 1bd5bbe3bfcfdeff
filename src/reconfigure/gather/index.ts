/** The snapshot of the machine and the switch that planners work on. */
import { type CallOptions, waitOptions } from '../../base/deadline.js';
import type { Ovs } from '../../vswitch/index.js';
import type { Facts, NetdevFacts } from '../facts.js';
import { Log } from '../log.js';
import { claimOf } from '../planner/physical.js';
import type { Pif, Records } from '../records/index.js';
import { bondSlaves, datapathOf, netdevName, networkOf } from '../relations.js';
import { gatherFiles } from './files.js';
import { gatherNetdev } from './netdev.js';
import { gatherSwitch } from './switch.js';

export { type FactsDocument, parseFacts } from './document.js';
export { gatherFiles, gatherSwitch };

export interface GatherOptions extends CallOptions {
  /** Put before the paths of configuration files. */
  readonly rootPrefix?: string | undefined;
}

/**
 * Reads what planning for these PIFs takes: devices by ioctls, the switch in one round trip, configuration files.
 *
 * @param ovs without it, the switch has no database.
 */
export async function gatherFacts(
  ovs: Ovs | undefined,
  records: Records,
  pifs: Iterable<Pif>,
  options: GatherOptions = {},
): Promise<Facts> {
  const names = namesOf(records, pifs);
  const netdevs = new Map<string, NetdevFacts>();
  for (const name of names) {
    const facts = gatherNetdev(name);
    if (facts) netdevs.set(name, facts);
  }
  return {
    netdevs,
    ...gatherFiles(names, options.rootPrefix),
    switch: ovs && (await gatherSwitch(ovs, names, waitOptions(options))),
  };
}

/** The devices, bridges and ports that the PIFs, and what stands in their way, are known by. */
export function namesOf(records: Records, pifs: Iterable<Pif>): Set<string> {
  const names = new Set<string>();
  const add = (pif: Pif) => {
    names.add(netdevName(pif));
    const { bridge } = networkOf(records, pif);
    if (bridge !== '') names.add(bridge);
  };
  for (const pif of pifs) {
    add(pif);
    if (networkOf(records, pif).bridge === '') continue;
    const datapath = datapathOf(records, pif);
    const { physical, siblings, bonds } = claimOf(records, datapath, new Log());
    for (const each of [datapath, ...physical, ...siblings, ...bonds, ...bondSlaves(records, pif)]) add(each);
  }
  return names;
}
