import test from 'ava';
import { ovskit, ovsVsctl, type Plugs } from '../../bench/plug/contestants.js';
import { cFloor } from '../../bench/plug/floor.js';
import { startSwitch } from '../../bench/plug/switch.js';
import { linkExists } from '../../src/netdev/index.js';
import type { Sandbox } from '../../src/sandbox/index.js';
import { Ovs } from '../../src/vswitch/index.js';
import { needsRoot } from '../support/root.js';

const rootTest = needsRoot(test).serial;
let sandbox: Sandbox;

rootTest.before(async () => {
  sandbox = await startSwitch();
});
rootTest.after.always(() => sandbox?.stop());

/** Those who plug, and how their devices' names begin. */
const contestants: Record<string, { make: () => Promise<{ who: Plugs; end: AsyncDisposable }>; prefix: string }> = {
  'floor.c': {
    make: async () => {
      const who = await cFloor(sandbox);
      return { who, end: who };
    },
    prefix: 'f',
  },
  'ovskit, in one call': {
    make: async () => {
      const both = await ovskit(sandbox);
      return { who: both.many, end: both };
    },
    prefix: 'o',
  },
  'ovs-vsctl loop': {
    make: async () => {
      const who = await ovsVsctl(sandbox);
      return { who, end: who };
    },
    prefix: 's',
  },
};

for (const [name, { make, prefix }] of Object.entries(contestants)) {
  rootTest(`${name} plugs as many taps to a live ofport as it says, and takes them away again`, async (t) => {
    const { who, end } = await make();
    await using ovs = await Ovs.connect(sandbox.remote);
    t.is(who.name, name);
    const taps = [1, 2, 3, 4, 5].map((number) => `${prefix}${number}`);
    // Two at once: the last one is alone.
    const order = { first: 1, count: taps.length, callers: 2 };
    const plug = await who.run({ ...order, op: 'plug' });
    t.true(plug.seconds > 0);
    t.true(plug.latencies.length === 0 || plug.latencies.length === taps.length);
    await ovs.sync();
    for (const tap of taps) {
      t.true(linkExists(tap), tap);
      t.true((ovs.tables.interface(tap)?.ofport ?? 0) > 0, tap);
    }
    await who.run({ ...order, op: 'unplug' });
    await ovs.sync();
    for (const tap of taps) {
      t.false(linkExists(tap), tap);
      t.is(ovs.tables.port(tap), undefined);
    }
    await end[Symbol.asyncDispose]();
  });
}
