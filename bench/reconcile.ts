/**
 * A reconcile of 2,000 VIFs (short: 1,000) of which 1% have lost their port and tap behind our back, and one that finds nothing to
 * do, beside os-vif native, which plugs every VIF again as an agent does that reconciles with it. Takes root.
 *
 *     node dist/bench/reconcile.js [--json] [--short]
 */

import { deleteLinks } from '../src/netdev/index.js';
import { deviceName, Plugger } from '../src/vif/index.js';
import { Ovs } from '../src/vswitch/index.js';
import { contestant, timesBetter } from './lib/measure.js';
import { flag, hand } from './lib/report.js';
import type { Contestant, Measure, Report } from './lib/results.js';
import { preparePython } from './ovsdb/python.js';
import { BRIDGE, type Plugs, python, requestInput } from './plug/contestants.js';
import { startSwitch } from './plug/switch.js';

const short = flag('--short');
const VIFS = short ? 1000 : 2000;
const DRIFT = VIFS / 100;
const ROUNDS = short ? 1 : 7;
/** VIFs that the rival plugs again, a round: it takes as long for each. */
const SAMPLE = short ? 2 : 20;

await using sandbox = await startSwitch();
await using ovs = await Ovs.connect(sandbox.remote);
await using plugger = new Plugger(ovs);
const desired = Array.from({ length: VIFS }, (_, i) => requestInput(i + 1));
const failed = (await plugger.plugMany(desired, { timeout: 300_000 })).find(({ status }) => status === 'rejected');
if (failed?.status === 'rejected') throw failed.reason;

const why = preparePython('python3-os-vif', 'os_vif');
const missing: Report['missing'] = why ? [{ rival: 'os-vif native', why }] : [];
const rival: Plugs | undefined = why ? undefined : await python('os-vif native', 'os-vif-native', sandbox);
const sample = { first: 1_000_000, count: SAMPLE, callers: 1 };

/** Takes ports and taps away as somebody would who knows nothing of us. */
async function drift(round: number): Promise<void> {
  const gone = desired.slice(round * DRIFT, (round + 1) * DRIFT).map(({ vif }) => deviceName(vif));
  await ovs.transact(
    (tx) => {
      for (const name of gone) tx.deletePort(name, { bridge: BRIDGE });
    },
    { waitForVswitchd: true },
  );
  for (const { error } of await deleteLinks(gone)) if (error) throw error;
}

async function reconcile(plugs: number): Promise<number> {
  const start = performance.now();
  const { plugged, unchanged } = await plugger.reconcile(desired, { timeout: 120_000 });
  const seconds = (performance.now() - start) / 1000;
  if (plugged.length !== plugs || unchanged !== VIFS - plugs) {
    throw new Error(`${plugged.length} were plugged and ${unchanged} left, not ${plugs} and ${VIFS - plugs}`);
  }
  return seconds;
}

const drifted: number[] = [];
const idle: number[] = [];
const theirs: number[] = [];
try {
  await rival?.run({ ...sample, op: 'plug' });
  for (let round = 0; round < ROUNDS; round++) {
    await drift(round);
    drifted.push(await reconcile(DRIFT));
    idle.push(await reconcile(0));
    const again = await rival?.run({ ...sample, op: 'plug' });
    if (again) theirs.push((again.seconds / SAMPLE) * VIFS);
  }
} finally {
  await rival?.[Symbol.asyncDispose]();
}

const note = `${SAMPLE} plugged again, of which each counts ${VIFS / SAMPLE} times`;
const measure = (what: string, runs: number[]): Measure => {
  const ours = contestant('ovskit', runs);
  const others: Contestant[] = theirs.length > 0 ? [contestant('os-vif native', theirs, { note })] : [];
  const ratios = others.map((other) => timesBetter('less', ours, other));
  return { what, unit: 's', better: 'less', contestants: [ours, ...others], ratios };
};
const title = `${VIFS.toLocaleString('en-US')} VIFs`;
const measures = [
  measure(`reconcile ${title}, 1% of them gone`, drifted),
  measure(`reconcile ${title}, nothing to do`, idle),
];
hand({ bench: 'reconcile', title: 'Reconciling a switch', missing, measures });
