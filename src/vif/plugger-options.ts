import type { CallOptions } from '../base/deadline.js';
import { anything, boolean, callKinds, list, oneOf, optionsCheck, text, texts } from '../base/options.js';
import type { ListOptions } from './list.js';
import type { PlanOptions } from './planner.js';
import type { ReconcileOptions } from './reconcile.js';
import type { ParseOptions } from './request/index.js';

export interface PlugOptions extends CallOptions, PlanOptions, ParseOptions {
  /** A vendor's tool that fails is a warning. Default: an error, and the plug is undone. */
  bestEffort?: boolean | undefined;
}

const planKinds = { force: boolean, replace: boolean, owner: text, release: oneOf('icehouse', 'newton') };
const reconcileKinds = { ...callKinds, release: planKinds.release, bridges: texts };
/** What an owner may be, `checkOwner` says. */
export const checkPlugger = optionsCheck<{ owner?: string | undefined }>({ owner: anything });
export const checkPlan = optionsCheck<PlanOptions & ParseOptions>(planKinds);
export const checkParse = optionsCheck<ParseOptions>({ release: planKinds.release });
export const checkPlug = optionsCheck<PlugOptions>({ ...callKinds, ...planKinds, bestEffort: boolean });
export const checkReconcile = optionsCheck<ReconcileOptions>(reconcileKinds);
export const checkListing = optionsCheck<ListOptions>({ ...callKinds, bridges: texts, desired: list });
