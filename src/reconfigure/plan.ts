import type { Plan, Step } from '../plan/index.js';
import { RecordsError } from './errors.js';
import type { Facts } from './facts.js';
import { Log, type LogEntry } from './log.js';
import { planDown } from './planner/down.js';
import { planRewrite } from './planner/rewrite.js';
import { planUp, type UpOptions } from './planner/up.js';
import type { Pif, Records } from './records/index.js';
import { findPif } from './relations.js';

/** What to do: each PIF by uuid, reference, bridge or device. */
export type Action = { readonly up: string } | { readonly down: string } | { readonly rewrite: true };

/** Choices that the records don't make. */
export type PlanOptions = UpOptions;

/** What an action comes to. */
export interface Planned {
  readonly plan: Plan;
  readonly log: readonly LogEntry[];
}

/** The PIFs that an action is about. @throws {NoPifError} */
export function pifsOf(records: Records, action: Action): Pif[] {
  if ('rewrite' in action) return [...records.pifs.values()].filter(({ currently_attached }) => currently_attached);
  return [findPif(records, 'up' in action ? action.up : action.down)];
}

/**
 * What an action would do, from records and a snapshot of machine and switch: pure.
 *
 * @throws {NoPifError}; {@link UnsupportedPifError}; {@link NoNetdevError}; {@link RecordsError}.
 */
export function planReconfigure(records: Records, action: Action, facts: Facts, options: PlanOptions = {}): Planned {
  const log = new Log();
  return { plan: { steps: stepsOf(records, action, facts, options, log) }, log: log.entries };
}

function stepsOf(records: Records, action: Action, facts: Facts, options: PlanOptions, log: Log): readonly Step[] {
  if ('rewrite' in action) return planRewrite(records, facts, log);
  const [pif] = pifsOf(records, action) as [Pif];
  if (!facts.switch) throw new RecordsError('the switch has no database: its socket is missing');
  return 'up' in action ? planUp(records, pif, facts, options, log) : planDown(records, pif, facts, options, log);
}

/** Nothing tells how the VLAN workaround is set, so it is always set, and counts as no change. */
export function changes(plan: Plan): readonly Step[] {
  return plan.steps.filter(({ kind }) => kind !== 'set-vlan-workaround');
}
