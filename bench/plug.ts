/**
 * Plugs a second, from nothing to a live ofport, on a real ovs-vswitchd with real taps: ovskit beside a loop of ovs-vsctl,
 * ovsdbapp and os-vif, in turns on one switch. Takes root.
 *
 *     node dist/bench/plug.js [--json] [--short] [--goal] [--rounds=N]
 *
 * `--goal` measures only what the targets are about. Rounds are 3, or 1 where ovskit is measured alone in the short form.
 * Ends with status 1 when 64 callers at 500 ports are not 20 times as fast as the loop and 10 times as os-vif native.
 */
import { contestant, timesBetter } from './lib/measure.js';
import { flag, hand } from './lib/report.js';
import type { Measure, Report } from './lib/results.js';
import { preparePython } from './ovsdb/python.js';
import { type Order, ovskit, ovsVsctl, type Plugs, python, type Run } from './plug/contestants.js';
import { fill, startSwitch, switchCpu } from './plug/switch.js';

const short = flag('--short');

/** Who plugs how many with how many callers. A rival is measured on fewer: it would take minutes, at the same rate. */
interface Cell {
  ports: number;
  callers: number;
  ours: number;
  theirs: number;
  /** Rivals are faster alone: threads wait for each other in ovsdbapp, and loops of ovs-vsctl for each other's changes. */
  theirCallers: number;
  rounds: number;
}

/** Of those cells in which rivals take part. */
const ROUNDS = Number(process.argv.find((word) => word.startsWith('--rounds='))?.slice('--rounds='.length) ?? 3);

const FEW = short ? 12 : 50;
const GOAL: Cell = { ports: 500, callers: 64, ours: 1000, theirs: FEW, theirCallers: 1, rounds: ROUNDS };
const alone = (ports: number): Cell => ({ ...GOAL, ports, callers: 1, ours: FEW });
/** Rivals with as many callers. */
const many = (ports: number, callers: number): Cell => ({ ...GOAL, ports, callers, theirs: 64, theirCallers: callers });
const oursAlone = { theirs: 0, rounds: 1 };

const CELLS: Cell[] = flag('--goal')
  ? [GOAL]
  : short
    ? [{ ...alone(500), ...oursAlone }, GOAL, { ...many(500, 512), ...oursAlone, ours: 512 }]
    : [0, 500, 2000].flatMap((ports) => [alone(ports), many(ports, 8), { ...GOAL, ports }, many(ports, 512)]);

const TARGETS: Record<string, string> = { 'ovs-vsctl loop': '>= 20', 'os-vif native': '>= 10' };

interface Sample {
  plug: Run;
  unplug: Run;
  /** Seconds of processor of the switch during the plugs. */
  switchCpu: number;
}

await using sandbox = await startSwitch();
const missing: Report['missing'] = [];
const ours = await ovskit(sandbox);
const rivals: Plugs[] = [await ovsVsctl(sandbox)];
for (const [name, kind, module, package_] of [
  ['ovsdbapp', 'ovsdbapp', 'ovsdbapp', 'python3-ovsdbapp'],
  ['os-vif native', 'os-vif-native', 'os_vif', 'python3-os-vif'],
  ['os-vif vsctl', 'os-vif-vsctl', 'os_vif', 'python3-os-vif'],
] as const) {
  const why = preparePython(package_, module);
  if (why) missing.push({ rival: name, why });
  else rivals.push(await python(name, kind, sandbox));
}

let next = 1;

/**
 * Plugs and unplugs again, so that the next finds the switch as it was.
 * @param meanwhile what is done while they are plugged; it is in no number
 */
async function sample(
  who: Plugs,
  count: number,
  callers: number,
  meanwhile: () => Promise<void> = async () => {},
): Promise<Sample> {
  const order = { first: next, count, callers: Math.min(callers, count) } satisfies Omit<Order, 'op'>;
  next += count;
  const before = switchCpu(sandbox);
  const plug = await who.run({ ...order, op: 'plug' });
  const spent = switchCpu(sandbox) - before;
  await meanwhile();
  const unplug = await who.run({ ...order, op: 'unplug' });
  const took = [plug, unplug].map(({ seconds }) => `${seconds.toFixed(1)} s`).join(', ');
  console.error(`plug: ${who.name}: ${count} by ${order.callers} callers: ${took}`);
  return { plug, unplug, switchCpu: spent };
}

const addRuns = (a: Run, b: Run): Run => ({
  seconds: a.seconds + b.seconds,
  latencies: [...a.latencies, ...b.latencies],
  cpu: a.cpu + b.cpu,
});

/** Two halves of one rival's plugs as one sample. */
const add = (a: Sample, b: Sample): Sample => ({
  plug: addRuns(a.plug, b.plug),
  unplug: addRuns(a.unplug, b.unplug),
  switchCpu: a.switchCpu + b.switchCpu,
});

/**
 * The more ports there are, the longer a plug takes, and our plugs are many. So rivals plug half of theirs on the switch as it
 * was before ours, and half on the switch as it is after: as if they had gone the whole way.
 */
async function measureCell(cell: Cell): Promise<Measure[]> {
  const theirs = cell.theirs === 0 ? [] : rivals;
  const samples = new Map<Plugs, Sample[]>([ours, ...theirs].map((who) => [who, []]));
  for (let round = 0; round < cell.rounds; round++) {
    const found = new Map<Plugs, Sample>();
    const half = async () => {
      for (const who of theirs) {
        const one = await sample(who, cell.theirs / 2, cell.theirCallers);
        const before = found.get(who);
        found.set(who, before ? add(before, one) : one);
      }
    };
    // Who goes first changes.
    if (round % 2 === 0) await half();
    found.set(ours, await sample(ours, cell.ours, cell.callers, half));
    if (round % 2 === 1) await half();
    for (const [who, one] of found) samples.get(who)!.push(one);
  }
  return measuresOf(cell, samples);
}

function measuresOf(cell: Cell, samples: Map<Plugs, Sample[]>): Measure[] {
  const count = (who: Plugs) => (who === ours ? cell.ours : cell.theirs);
  const callers = cell.callers === 1 ? '1 caller' : `${cell.callers} callers`;
  const where = `${callers}, ${cell.ports.toLocaleString('en-US')} ports before`;
  const by = cell.theirCallers === 1 ? 'one after the other' : `by ${cell.theirCallers} callers`;
  const note = (who: Plugs) =>
    who === ours || cell.ours === cell.theirs
      ? {}
      : { note: `${cell.theirs} plugs a run, ${by}, where ovskit has ${cell.ours}: more would take minutes` };
  const rate = (op: 'plug' | 'unplug'): Measure => {
    const contestants = [...samples].map(([who, runs]) =>
      contestant(
        who.name,
        runs.map((run) => count(who) / run[op].seconds),
        op === 'plug' ? note(who) : {},
      ),
    );
    const [first, ...others] = contestants;
    const goal = op === 'plug' && cell.ports === GOAL.ports && cell.callers === GOAL.callers;
    const ratios = others.map((other) => timesBetter('more', first!, other, goal ? TARGETS[other.name] : undefined));
    return { what: `${op}, ${where}`, unit: '/s', better: 'more', contestants, ratios };
  };
  const latency: Measure = {
    what: `latency of a plug, ${where}`,
    unit: 'ms',
    better: 'less',
    contestants: [...samples]
      .map(([who, runs]) => ({ who, all: runs.map((run) => run.plug.latencies.map((us) => us / 1000)) }))
      .filter(({ all }) => all.flat().length > 0)
      .map(({ who, all }) => contestant(who.name, all.flat(), { latencies: all.flat() }))
      .map(({ runs: _, ...rest }) => rest),
    ratios: [],
  };
  const cpu: Measure = {
    what: `processor of client and switch a plug, ${where}`,
    unit: 'ms',
    better: 'less',
    contestants: [...samples].map(([who, runs]) =>
      contestant(
        who.name,
        runs.map((run) => ((run.plug.cpu + run.switchCpu) / count(who)) * 1000),
      ),
    ),
    ratios: [],
  };
  return [rate('plug'), rate('unplug'), latency, cpu];
}

const measures: Measure[] = [];
try {
  // Both sides' code is loaded and compiled before the first is measured.
  await sample(ours, 200, 64);
  for (const rival of rivals) await sample(rival, 2, 1);
  let ports = 0;
  for (const cell of CELLS) {
    await fill(sandbox, ports, cell.ports);
    ports = Math.max(ports, cell.ports);
    console.error(`plug: ${cell.callers} callers, ${cell.ports} ports before`);
    measures.push(...(await measureCell(cell)));
  }
} finally {
  for (const who of [ours, ...rivals]) await who[Symbol.asyncDispose]();
}
hand({ bench: 'plug', title: 'Plugging real taps to a live ofport', missing, measures });
