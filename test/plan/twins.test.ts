import test from 'ava';
import { listAddresses, listRoutes } from '../../src/netdev/index.js';
import type { Step } from '../../src/plan/index.js';
import { needsRoot } from '../support/root.js';
import { startTwins, type Twins } from '../support/twins.js';
import { transactions } from './changes.js';
import { prepared, steps } from './every-step.js';

let twins: Twins;

/** One after the other: all work in the same two namespaces. */
const rootTest = needsRoot(test).serial;

rootTest.before(async () => {
  twins = await startTwins();
});
rootTest.after.always(() => twins?.[Symbol.asyncDispose]());

/** What is only known once the devices are there. */
async function withFacts(step: Step): Promise<Step> {
  if (step.kind !== 'move-addresses') return step;
  const addresses = (await listAddresses(step.from)).filter(({ scope }) => scope !== 'link');
  const routes = (await listRoutes(step.from)).filter(({ protocol }) => protocol !== 'kernel');
  return { ...step, addresses, routes };
}

rootTest('every kind of step on links does what its explanation does', async (t) => {
  await twins.prepare(...prepared);
  await twins.same(t);
  const plan = { steps: await Promise.all(steps.map(withFacts)) };
  const there = plan.steps.filter((step) => !('ifExists' in step));
  t.deepEqual((await twins.run({ steps: there })).warnings, []);
  await twins.same(t);
});

rootTest('every kind of change does what its explanation does', async (t) => {
  await twins.prepare(...transactions.flatMap(([, lines]) => lines));
  for (const [title, , changes] of transactions) {
    await twins.run({ steps: [{ kind: 'transaction', changes }] });
    t.deepEqual(await twins.ours.database(), await twins.other.database(), title);
  }
});
