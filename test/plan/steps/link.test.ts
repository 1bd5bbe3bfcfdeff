import { setImmediate as immediate } from 'node:timers/promises';
import test from 'ava';
import {
  addAddress,
  createBridge,
  createTap,
  deleteLink,
  enterPrivateNetwork,
  setLinkUp,
} from '../../../src/netdev/index.js';
import { execute, type Step, StepFailedError } from '../../../src/plan/index.js';
import type { Ovs } from '../../../src/vswitch/index.js';
import { needsRoot } from '../../support/root.js';

const rootTest = needsRoot(test).serial;
rootTest.before(() => enterPrivateNetwork());

/** Steps about devices ask nothing of a switch. */
const noSwitch = undefined as unknown as Ovs;
const end: Step = { kind: 'wait-for-vswitchd' };
const device = 'dev0';

const settings: [Step, prepare?: () => Promise<void>][] = [
  [{ kind: 'set-link-up', device }],
  [{ kind: 'set-link-down', device }, () => setLinkUp(device)],
  [{ kind: 'set-mtu', device, mtu: 1400 }],
  [{ kind: 'set-mac', device, mac: 'fa:16:3e:00:00:01' }],
  [{ kind: 'set-promiscuous', device, on: true }],
  [{ kind: 'set-master', device, master: 'br0' }],
  [{ kind: 'set-ipv6-disabled', device, disabled: true }],
];

for (const [step, prepare] of settings) {
  rootTest(`${step.kind}: what is set goes with its device, and nothing is left to undo`, async (t) => {
    await createBridge('br0');
    await createTap(device);
    await addAddress(device, '192.0.2.1/24');
    await prepare?.();
    const beforeStep = async (_: number, next: Step) => {
      if (next !== end) return;
      await deleteLink(device);
      throw new Error('injected');
    };
    const error = await t.throwsAsync(execute({ steps: [step, end] }, noSwitch, { beforeStep }), {
      instanceOf: StepFailedError,
    });
    t.deepEqual(error?.undoErrors, []);
    await deleteLink('br0');
  });
}

for (const kind of ['set-link-up', 'set-link-down'] as const) {
  rootTest(`${kind} of a device that may be missing, and comes and goes`, async (t) => {
    let going = true;
    // The addon makes and deletes on a thread of its own.
    const churn = (async () => {
      while (going) {
        await createBridge('br0', { up: kind === 'set-link-down' });
        await deleteLink('br0');
      }
    })();
    try {
      for (let i = 0; i < 200; i++) {
        await execute({ steps: [{ kind, device: 'br0', ifExists: true }] }, noSwitch);
        await immediate();
      }
    } finally {
      going = false;
      await churn;
    }
    await t.throwsAsync(execute({ steps: [{ kind, device: 'br0' }] }, noSwitch), { code: 'ERR_NETDEV_NO_DEVICE' });
  });
}
