/**
 * A reconcile of VIFs of which 1% have lost their port and tap behind our back, and one that finds nothing to do, beside os-vif
 * native, which plugs every VIF again as an agent does that reconciles with it.
 */
import { deleteLinks } from '../../src/netdev/index.js';
import type { Sandbox } from '../../src/sandbox/index.js';
import { deviceName, Plugger, type PlugRequest } from '../../src/vif/index.js';
import { Ovs } from '../../src/vswitch/index.js';
import { contestant, timesBetter } from '../lib/measure.js';
import type { Contestant, Measure } from '../lib/results.js';
import type { Reconcile } from './cells.js';
import { BRIDGE, type Plugs } from './contestants.js';

/** On a busy machine two thousand may take minutes. */
const TIMEOUT = { timeout: 600_000 };

/** Of the rival's VIFs, far from ours. */
const FIRST = 1_000_000;

/** @param desired all of ours on the switch; afterwards they are as they were, and the rival's few are left */
export async function measureReconcile(
  sandbox: Sandbox,
  desired: readonly PlugRequest[],
  { rounds, again }: Reconcile,
  rival: Plugs | undefined,
): Promise<Measure[]> {
  await using ovs = await Ovs.connect(sandbox.remote);
  await using plugger = new Plugger(ovs);
  const drift = Math.ceil(desired.length / 100);
  const sample = { first: FIRST, count: again, callers: 1 };

  /** Takes ports and taps away as somebody would who knows nothing of us. */
  async function takeAway(round: number): Promise<void> {
    const gone = desired.slice(round * drift, (round + 1) * drift).map(({ vif }) => deviceName(vif));
    await ovs.transact(
      (tx) => {
        for (const name of gone) tx.deletePort(name, { bridge: BRIDGE });
      },
      { waitForVswitchd: true, ...TIMEOUT },
    );
    for (const { error } of await deleteLinks(gone)) if (error) throw error;
  }

  async function reconcile(plugs: number): Promise<number> {
    const start = performance.now();
    const { plugged, unchanged } = await plugger.reconcile(desired, TIMEOUT);
    const seconds = (performance.now() - start) / 1000;
    if (plugged.length !== plugs || unchanged !== desired.length - plugs) {
      const wanted = `${plugs} and ${desired.length - plugs}`;
      throw new Error(`${plugged.length} were plugged and ${unchanged} left, not ${wanted}`);
    }
    return seconds;
  }

  const drifted: number[] = [];
  const idle: number[] = [];
  const theirs: number[] = [];
  await rival?.run({ ...sample, op: 'plug' });
  for (let round = 0; round < rounds; round++) {
    await takeAway(round);
    drifted.push(await reconcile(drift));
    idle.push(await reconcile(0));
    const took = await rival?.run({ ...sample, op: 'plug' });
    if (took) theirs.push((took.seconds / again) * desired.length);
  }

  const note = `${again} plugged again, of which each counts ${desired.length / again} times`;
  const measure = (what: string, runs: number[]): Measure => {
    const ours = contestant('ovskit', runs);
    const others: Contestant[] = theirs.length > 0 ? [contestant('os-vif native', theirs, { note })] : [];
    const ratios = others.map((other) => timesBetter('less', ours, other));
    return { what, unit: 's', better: 'less', contestants: [ours, ...others], ratios };
  };
  const title = `reconcile ${desired.length.toLocaleString('en-US')} VIFs`;
  return [measure(`${title}, 1% of them gone`, drifted), measure(`${title}, nothing to do`, idle)];
}
