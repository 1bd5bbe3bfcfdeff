import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { type Change, execute, explain, type Plan, type Step, StepFailedError } from '../../src/plan/index.js';
import { needsRoot } from '../support/root.js';
import { startTwins, type Twins } from '../support/twins.js';

let twins: Twins;
const rootTest = needsRoot(test).serial;

rootTest.before(async () => {
  twins = await startTwins();
  await twins.prepareOurs(
    'ip tuntap add dev d0 mode tap',
    'ip link add d1 type veth peer name d2',
    'ip link set d1 up',
    'ip address add 192.0.2.1/24 dev d1',
    'ip link add d3 address fa:16:3e:00:00:13 type bridge',
    'ip link set d3 up',
    'ip link set d0 master d3',
  );
  await twins.prepare(
    'ovs-vsctl add-br br0 -- add-port br0 d0 tag=3 -- set Interface d0 external_ids:a=1',
    'ovs-vsctl add-br br1 -- add-bond br1 bond0 m0 m1 -- add-br fake br1 5 -- add-port fake d4',
  );
});
rootTest.after.always(() => twins?.[Symbol.asyncDispose]());

const device = fc.constantFrom('d0', 'd1', 'd2', 'd3', 'd4');
const bridge = fc.constantFrom('br0', 'br1', 'br2', 'fake');
const port = fc.constantFrom('d0', 'd4', 'bond0', 'new0', 'new1');
const value = fc.constantFrom('1', '2', 'x y');

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('create-tap' as const), device, mtu: fc.constantFrom(undefined, 1400) }),
  fc.record({ kind: fc.constant('create-bridge' as const), device, up: fc.boolean() }),
  fc.record({ kind: fc.constant('create-veth' as const), device, peer: device, up: fc.boolean() }),
  fc.record({ kind: fc.constant('delete-link' as const), device }),
  fc.record({
    kind: fc.constantFrom('set-link-up' as const, 'set-link-down' as const, 'clear-master' as const),
    device,
  }),
  fc.record({ kind: fc.constant('set-mtu' as const), device, mtu: fc.constantFrom(1000, 1500, 1600) }),
  fc.record({ kind: fc.constant('set-promiscuous' as const), device, on: fc.boolean() }),
  fc.record({ kind: fc.constant('set-ipv6-disabled' as const), device, disabled: fc.boolean() }),
  fc.record({ kind: fc.constant('set-master' as const), device, master: fc.constantFrom('d3', 'd4') }),
  fc.record({ kind: fc.constant('move-addresses' as const), from: fc.constant('d1'), to: fc.constantFrom('d3', 'd2') }),
);

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ change: fc.constant('add-bridge' as const), bridge, mayExist: fc.boolean() }),
  fc.record({ change: fc.constant('delete-bridge' as const), bridge, ifExists: fc.boolean() }),
  fc.record({
    change: fc.constant('add-port' as const),
    bridge,
    port,
    mayExist: fc.boolean(),
    columns: fc.record({ tag: fc.constantFrom(null, 7), other_config: fc.record({ k: value }) }),
    interface: fc.record({ external_ids: fc.record({ a: value, b: value }) }),
  }),
  fc.record({
    change: fc.constant('delete-port' as const),
    port: fc.oneof(port, fc.constant('m1')),
    ifExists: fc.boolean(),
    withInterface: fc.boolean(),
  }),
  fc.record({
    change: fc.constant('set' as const),
    table: fc.constant('Port'),
    record: port,
    ifExists: fc.boolean(),
    columns: fc.record({ tag: fc.constantFrom(null, 1, 2), trunks: fc.uniqueArray(fc.integer({ min: 1, max: 4 })) }),
  }),
  fc.record({
    change: fc.constant('set' as const),
    table: fc.constant('Interface'),
    record: fc.constantFrom('d0', 'm0', 'new0'),
    ifExists: fc.boolean(),
    columns: fc.record({ external_ids: fc.record({ a: fc.constantFrom(null, '1', '3'), c: value }) }),
  }),
  fc.record({ change: fc.constant('set-bridge-external-id' as const), bridge, key: fc.constant('k'), value }),
);

const transaction = fc
  .array(change, { minLength: 1, maxLength: 4 })
  .map((changes): Step => ({ kind: 'transaction', changes }));

const end: Step = { kind: 'wait-for-vswitchd' };

rootTest('whatever a plan did before it fails is as it was', async (t) => {
  const state = () => twins.ours.state({ exact: true, offloads: '' });
  const before = await state();
  let done = 0;
  const property = fc.asyncProperty(
    fc.array(fc.oneof(step, transaction), { minLength: 1, maxLength: 6 }),
    async (steps) => {
      const plan: Plan = { steps: [...steps, end] };
      const beforeStep = (index: number) => {
        done = Math.max(done, index);
        if (index === steps.length) throw new Error('injected');
      };
      // Most fail by themselves sooner or later; all fail at the end.
      const error = await execute(plan, twins.ovs, { beforeStep }).catch((reason) => reason);
      assert(error instanceof StepFailedError);
      assert.deepEqual(error.undoErrors, []);
      assert.deepEqual(await state(), before);
    },
  );
  // Of few random ones, each may fail at once.
  const lasting: Step[] = ['d0', 'd1'].map((device) => ({ kind: 'set-promiscuous', device, on: true }));
  // What is left behind is in the way of a smaller example.
  const settings = { numRuns: process.env.OVSKIT_LONG ? 500 : 15, endOnFailure: true };
  const found = await fc.check(property, { ...settings, examples: [[lasting]] });
  t.false(found.failed, `${fc.defaultReportMessage(found)} ${found.errorInstance}`);
  t.true(done > 1);
});

rootTest(
  'whatever changes a transaction makes, stock ovs-vsctl makes the same by its explanation, or refuses too',
  async (t) => {
    const changes = fc.array(change, { minLength: 1, maxLength: 5 });
    let refused = 0;
    let done = 0;
    const property = fc.asyncProperty(changes, async (list) => {
      const plan: Plan = { steps: [{ kind: 'transaction', changes: list }] };
      const ours = await execute(plan, twins.ovs).catch((error: Error) => error);
      let theirs: unknown;
      for (const command of explain(plan)) theirs = await twins.other.run(...command).catch((error: Error) => error);
      if (ours instanceof Error) refused++;
      else done++;
      assert.equal(ours instanceof Error, theirs instanceof Error, `ours: ${ours}, theirs: ${theirs}`);
      assert.deepEqual(await twins.ours.database(), await twins.other.database());
    });
    const sure = ['br2', 'br0'].map((bridge): [Change[]] => [[{ change: 'add-bridge', bridge, mayExist: false }]]);
    const settings = { numRuns: process.env.OVSKIT_LONG ? 500 : 25, endOnFailure: true };
    const found = await fc.check(property, { ...settings, examples: sure });
    t.false(found.failed, `${fc.defaultReportMessage(found)} ${found.errorInstance}`);
    t.true(done > 0 && refused > 0);
  },
);
