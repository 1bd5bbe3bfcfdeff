/**
 * The vocabulary of plans. Steps are plain data: they can be compared, printed and sent. A new kind is one file of steps/
 * with its type, its words, its commands and its doing, and a line in each of the two lists below.
 */
import { addressKinds, type MoveAddressesStep } from './steps/addresses.js';
import { type BridgeStep, bridgeKinds } from './steps/bridge.js';
import { type CreateStep, createKinds } from './steps/create.js';
import { type DeleteStep, deleteKinds } from './steps/delete.js';
import { type FileStep, fileKinds } from './steps/files.js';
import { type AddFlowsStep, flowKinds } from './steps/flows.js';
import type { Command, StepKind, StepKinds } from './steps/kind.js';
import { type LinkStep, linkKinds } from './steps/link.js';
import { type NicStep, nicKinds } from './steps/nic.js';
import { type RunToolStep, toolKinds } from './steps/tool.js';
import { type TransactionStep, transactionKinds } from './steps/transaction.js';
import { type WaitStep, waitKinds } from './steps/wait.js';

export type Step =
  | CreateStep
  | DeleteStep
  | LinkStep
  | BridgeStep
  | MoveAddressesStep
  | NicStep
  | RunToolStep
  | TransactionStep
  | WaitStep
  | AddFlowsStep
  | FileStep;

const kinds: StepKinds<Step> = {
  ...createKinds,
  ...deleteKinds,
  ...linkKinds,
  ...bridgeKinds,
  ...addressKinds,
  ...nicKinds,
  ...toolKinds,
  ...transactionKinds,
  ...waitKinds,
  ...flowKinds,
  ...fileKinds,
};

/** What a planner decides: steps in order. An empty plan means that everything is as wanted. */
export interface Plan {
  readonly steps: readonly Step[];
  /** What the planner leaves alone, and why: a sentence each. */
  readonly warnings?: readonly string[] | undefined;
}

/** What a step's kind brings along. */
export function kindOf<S extends Step>(step: S): StepKind<S> {
  return kinds[step.kind] as unknown as StepKind<S>;
}

/** A step in a few words, for errors and for `--dry-run`. */
export function describeStep(step: Step): string {
  return kindOf(step).describe(step);
}

/** The commands of stock tools that do what the plan does, in its order. */
export function explain(plan: Plan): Command[] {
  return plan.steps.flatMap((step) => kindOf(step).explain(step));
}
