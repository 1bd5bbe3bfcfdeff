/**
 * A bond of two cards brought up with management flows: ours, from records to flows, beside the same steps by processes of ip,
 * ethtool, ovs-vsctl and ovs-ofctl. Takes root; real taps and ovs-vswitchd, in a network namespace of its own.
 *
 *     node dist/bench/reconfigure.js [--json] [--short] [--rounds N]
 *
 * Time that ovs-vswitchd takes for the bridge and its ports is the same for both, and told apart. Ends with status 1 when ours is
 * not at least 5 times as fast in the rest.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { createTap, setFeatures, setLinkDown } from '../src/netdev/index.js';
import { execute, explain, type Plan, type Step } from '../src/plan/index.js';
import { parseRecords, plannedOn, reconfigure } from '../src/reconfigure/index.js';
import { startSandbox } from '../src/sandbox/index.js';
import { Ovs } from '../src/vswitch/index.js';
import { contestant, timesBetter } from './lib/measure.js';
import { hand } from './lib/report.js';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    rounds: { type: 'string' },
  },
});
const ROUNDS = Number(values.rounds ?? (values.short ? 5 : 25));
const CARDS = ['eth1', 'eth2'];
const options = { datapathType: 'netdev' };

const pif = (device: string, more: object) => ({
  uuid: device,
  device,
  MAC: '52:54:00:00:00:01',
  network: `network-${device}`,
  ...more,
});
const records = parseRecords({
  pifs: {
    bond0: pif('bond0', { bond_master_of: ['bond'], management: true }),
    eth1: pif('eth1', { bond_slave_of: 'bond' }),
    eth2: pif('eth2', { bond_slave_of: 'bond' }),
  },
  networks: Object.fromEntries(
    ['bond0', ...CARDS].map((name) => [`network-${name}`, { uuid: name, bridge: `br-${name}`, MTU: '1400' }]),
  ),
  bonds: { bond: { uuid: 'bond', master: 'bond0', slaves: CARDS } },
  pools: { pool: { other_config: { 'vswitch-controller-fail-mode': 'secure' } } },
});

interface Took {
  /** Milliseconds without ovs-vswitchd's. */
  readonly own: number;
  /** Milliseconds that ovs-vswitchd took. */
  readonly vswitchd: number;
}

const sandbox = await startSandbox();
const ovs = await Ovs.connect(sandbox.remote);
const env = { ...process.env, ...sandbox.env };

/** Times what is done before ovs-vswitchd has to be waited for, and after. */
async function timed(before: () => Promise<void> | void, after: () => Promise<void> | void): Promise<Took> {
  const start = performance.now();
  await before();
  const waiting = performance.now();
  await ovs.sync();
  await ovs.waitForVswitchd(ovs.tables.root?.next_cfg ?? 0);
  for (const card of CARDS) await ovs.waitForInterface(card);
  const goingOn = performance.now();
  await after();
  const own = waiting - start + (performance.now() - goingOn);
  return { own, vswitchd: goingOn - waiting };
}

/** Up to the transaction, without waiting, and what comes behind it. */
function halves({ steps }: Plan): [Step[], Step[]] {
  const cut = steps.findIndex(({ kind }) => kind === 'transaction') + 1;
  const first = steps
    .slice(0, cut)
    .map((step): Step => (step.kind === 'transaction' ? { ...step, waitForVswitchd: false } : step));
  return [first, steps.slice(cut)];
}

function ours(): Promise<Took> {
  let rest: Step[] = [];
  return timed(
    async () => {
      const { plan } = await plannedOn(ovs, records, { up: 'bond0' }, options);
      const [first, second] = halves(plan);
      rest = second;
      await execute({ steps: first }, ovs);
    },
    async () => {
      await execute({ steps: rest }, ovs);
    },
  );
}

/** XenServer's kernel alone has the workaround; a bond has no device of its own in ovs-vswitchd of today. */
const cannotRun = ([tool, , , , device]: readonly string[]) =>
  tool === 'ovs-vlan-bug-workaround' || (tool === 'ip' && device === 'bond0');

async function stock(): Promise<Took> {
  const { plan } = await plannedOn(ovs, records, { up: 'bond0' }, options);
  const [before, after] = halves(plan).map((steps) => explain({ steps }).filter((command) => !cannotRun(command)));
  const run = (commands: typeof before) => {
    for (const [tool = '', ...args] of commands ?? []) {
      execFileSync(tool, tool === 'ovs-vsctl' ? ['--no-wait', ...args] : args, {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    }
  };
  return timed(
    () => run(before),
    () => run(after),
  );
}

async function reset(): Promise<void> {
  await reconfigure(ovs, records, { down: 'bond0' }, options);
  for (const card of CARDS) {
    await setLinkDown(card);
    await setFeatures(card, { gro: true });
  }
}

for (const card of CARDS) await createTap(card, {});
const samples: Record<'ours' | 'stock', Took[]> = { ours: [], stock: [] };
try {
  for (let round = -1; round < ROUNDS; round++) {
    const ways = [['ours', ours] as const, ['stock', stock] as const];
    for (const [who, way] of round % 2 === 0 ? ways : ways.toReversed()) {
      const took = await way();
      // The first one meets code that is not compiled, and pages that are not read.
      if (round >= 0) samples[who].push(took);
      await reset();
    }
  }
} finally {
  await ovs.close();
  await sandbox.stop();
}

const of = (who: 'ours' | 'stock', name: string, part: keyof Took) =>
  contestant(
    name,
    samples[who].map((took) => took[part]),
  );
const STOCK = 'ip, ethtool, ovs-vsctl, ovs-ofctl';
const [mine, theirs] = [of('ours', 'ovskit', 'own'), of('stock', STOCK, 'own')];
hand({
  bench: 'reconfigure',
  title: "A XenServer host's bond of two, with management flows",
  missing: [],
  measures: [
    {
      what: 'up, without the time of ovs-vswitchd',
      unit: 'ms',
      better: 'less',
      contestants: [mine, theirs],
      ratios: [timesBetter('less', mine, theirs, '>= 5')],
    },
    {
      what: "up: ovs-vswitchd's own time",
      unit: 'ms',
      better: 'less',
      contestants: [of('ours', 'ovskit', 'vswitchd'), of('stock', STOCK, 'vswitchd')],
      ratios: [],
    },
  ],
});
