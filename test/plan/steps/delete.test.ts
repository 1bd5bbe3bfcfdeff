import test from 'ava';
import { addAddress, createTap, enterPrivateNetwork, linkExists, listAddresses } from '../../../src/netdev/index.js';
import { execute, type Step, StepFailedError } from '../../../src/plan/index.js';
import { deleteKinds } from '../../../src/plan/steps/delete.js';
import type { Run } from '../../../src/plan/steps/kind.js';
import type { Ovs } from '../../../src/vswitch/index.js';
import { needsRoot } from '../../support/root.js';

const rootTest = needsRoot(test).serial;
rootTest.before(() => enterPrivateNetwork());

/** Steps about devices ask nothing of a switch. */
const noSwitch = undefined as unknown as Ovs;
const end: Step = { kind: 'wait-for-vswitchd' };
const runOf = (last: boolean): Run => ({ ovs: noSwitch, options: {}, bestEffort: false, warnings: [], last });

for (const kind of ['delete-tap', 'delete-link'] as const) {
  const device = `${kind.replace('delete-', '')}0`;

  rootTest(`${kind}: what a plan's last step deletes is not remembered, for nothing can fail after it`, async (t) => {
    await createTap(device, {});
    const undo = await deleteKinds[kind].perform({ kind, device } as never, runOf(true));
    t.false(linkExists(device));
    await undo!();
    t.false(linkExists(device));
    await createTap(device, {});
    const { changed } = await execute({ steps: [{ kind, device }] }, noSwitch);
    t.true(changed, 'a deletion is a change all the same');
    t.false(linkExists(device));
  });

  rootTest(`${kind}: what an earlier step deleted comes back with its address when a later one fails`, async (t) => {
    await createTap(device, {});
    await addAddress(device, '192.0.2.1/24');
    const beforeStep = (_: number, step: Step) => {
      if (step === end) throw new Error('injected');
    };
    await t.throwsAsync(execute({ steps: [{ kind, device }, end] }, noSwitch, { beforeStep }), {
      instanceOf: StepFailedError,
      message: /injected$/,
    });
    t.deepEqual(
      (await listAddresses(device)).map(({ address }) => address),
      ['192.0.2.1'],
    );
  });
}
