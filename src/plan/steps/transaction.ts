import { describeChange } from '../changes/describe.js';
import { explainChanges } from '../changes/explain.js';
import { transactChanges } from '../changes/perform.js';
import type { Change } from '../changes/types.js';
import type { StepKinds } from './kind.js';

/** Changes to the switch that take effect together or not at all. */
export interface TransactionStep {
  readonly kind: 'transaction';
  readonly changes: readonly Change[];
  /** Waits until ovs-vswitchd has taken it in, and when it is undone again: for steps after it, or before, that count on that. */
  readonly waitForVswitchd?: boolean | undefined;
}

export const transactionKinds: StepKinds<TransactionStep> = {
  transaction: {
    describe: ({ changes }) => changes.map(describeChange).join(', '),
    explain: ({ changes }) => explainChanges(changes),
    perform: ({ changes, waitForVswitchd }, run) => transactChanges(changes, run, waitForVswitchd),
  },
};
