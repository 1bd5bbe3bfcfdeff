import type { Step } from '../plan/index.js';
import type { Facts } from './facts.js';
import { Log } from './log.js';
import type { PlanOptions } from './plan.js';
import { changes, planReconfigure } from './plan.js';
import type { Pif, Records } from './records/index.js';
import { bondMasters, describePif, networkOf } from './relations.js';

/** What keeps a PIF from being as its records want it. */
export interface Difference {
  readonly pif: Pif;
  /** What `up` would do. */
  readonly steps: readonly Step[];
}

/** The PIFs that a diff without names is about: those that are attached and have a bridge. */
export function attachedPifs(records: Records): Pif[] {
  const attached = [...records.pifs.values()].filter(({ currently_attached }) => currently_attached);
  // A slave whose bond is attached too is only the bond's card.
  return attached.filter(
    (pif) =>
      networkOf(records, pif).bridge !== '' && !bondMasters(records, pif).some((bond) => bond.currently_attached),
  );
}

/** What differs between the records and the switch, PIF by PIF; those that are as wanted are left out. */
export function diff(records: Records, pifs: readonly Pif[], facts: Facts, options: PlanOptions = {}) {
  const log = new Log();
  const differences = pifs.flatMap((pif): Difference[] => {
    const planned = planReconfigure(records, { up: pif.ref }, facts, options);
    const steps = changes(planned.plan);
    for (const entry of planned.log) if (entry.level === 'warning') log.warn(`${describePif(pif)}: ${entry.message}`);
    return steps.length === 0 ? [] : [{ pif, steps }];
  });
  return { differences, log: log.entries };
}
