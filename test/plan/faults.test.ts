import test, { type ExecutionContext } from 'ava';
import { execute, type Plan, type Step, StepFailedError } from '../../src/plan/index.js';
import { needsRoot } from '../support/root.js';
import { startTwins, type Twins } from '../support/twins.js';
import { transactions } from './changes.js';
import { prepared, steps } from './every-step.js';

let twins: Twins;
const rootTest = needsRoot(test).serial;

rootTest.before(async () => {
  twins = await startTwins();
  await twins.prepareOurs(...prepared, ...transactions.flatMap(([, lines]) => lines));
});
rootTest.after.always(() => twins?.[Symbol.asyncDispose]());

const state = () => twins.ours.state({ exact: true, offloads: 'tap*' });

/** Runs a plan that fails before step `index`. */
async function failAt(t: ExecutionContext, plan: Plan, index: number): Promise<StepFailedError> {
  const beforeStep = (at: number) => {
    if (at === index) throw new Error('injected');
  };
  return t.throwsAsync(execute(plan, twins.ovs, { beforeStep }), { instanceOf: StepFailedError });
}

const transactionSteps = transactions.map(([, , changes]): Step => ({ kind: 'transaction', changes }));
const end: Step = { kind: 'wait-for-vswitchd' };

for (const [what, all] of [
  ['links', steps],
  ['the database', transactionSteps],
] as const) {
  rootTest(`a plan on ${what} that fails at any step leaves all as it was, and names the step`, async (t) => {
    const plan: Plan = { steps: [...all, end] };
    const before = await state();
    for (let index = plan.steps.length - 1; index >= 0; index--) {
      const error = await failAt(t, plan, index);
      t.is(error.index, index);
      t.true(error.message.startsWith(`step ${index + 1}, `), error.message);
      t.deepEqual(error.undoErrors, []);
      t.deepEqual(await state(), before, `before step ${index + 1}`);
    }
  });
}
