import type { Log } from '../log.js';
import type { Pif, Records } from '../records/index.js';
import { bondMasters, bondSlaves, netdevName, physicalPifs, usesOf } from '../relations.js';

/** Whose devices a datapath takes, and what has to give way for that. */
export interface Claim {
  /** The PIFs of the datapath's own cards. */
  readonly physical: readonly Pif[];
  /** Slaves of the bonds that give way, unless they are in use or the datapath's own. */
  readonly siblings: readonly Pif[];
  /** Other bonds that one of its cards belongs to. */
  readonly bonds: readonly Pif[];
}

/** What a datapath claims. */
export function claimOf(records: Records, datapath: Pif, log: Log): Claim {
  const physical = physicalPifs(records, datapath);
  const bonds: Pif[] = [];
  const siblings: Pif[] = [];
  for (const card of physical) {
    for (const bond of bondMasters(records, card)) {
      if (bond === datapath) {
        log.info(`configure datapath: leaving bond ${netdevName(bond)} up`);
        continue;
      }
      if (bonds.includes(bond)) continue;
      if (bond.currently_attached) {
        log.info(`configure datapath: implicitly tearing down currently-attached bond ${netdevName(bond)}`);
      }
      bonds.push(bond);
      for (const slave of bondSlaves(records, bond)) {
        if (physical.includes(slave) || siblings.includes(slave)) continue;
        const uses = usesOf(records, slave);
        if (uses.length === 0) siblings.push(slave);
        for (const use of uses) log.info(`configure datapath: ${use}`);
      }
    }
  }
  return { physical, siblings, bonds };
}
