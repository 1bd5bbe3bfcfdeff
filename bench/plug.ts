/**
 * Plugs a second, from nothing to a live ofport, on a real ovs-vswitchd with real taps: ovskit beside floor.c, a loop of
 * ovs-vsctl, ovsdbapp and os-vif, in turns on one switch; and the reconcile of what is plugged. Takes root.
 *
 *     node dist/bench/plug.js [--json] [--short] [--goal]
 *
 * `--goal` measures only what the targets are about. Ends with status 1 when 64 callers at 500 ports are not 20 times as fast as
 * the loop and 10 times as os-vif native.
 */
import type { PlugRequest } from '../src/vif/index.js';
import { flag, hand } from './lib/report.js';
import type { Measure, Report } from './lib/results.js';
import { preparePython } from './ovsdb/python.js';
import { type Cell, cellsOf, GOAL, type Share } from './plug/cells.js';
import { type Order, ovskit, ovsVsctl, type Plugs, python, requestInput } from './plug/contestants.js';
import { cFloor } from './plug/floor.js';
import { add, type Entry, measuresOf, type Sample } from './plug/measures.js';
import { measureReconcile } from './plug/reconcile.js';
import { startSwitch, switchCpu } from './plug/switch.js';

await using sandbox = await startSwitch();
const missing: Report['missing'] = [];
await using ours = await ovskit(sandbox);
await using floor = await cFloor(sandbox);
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
/** Ours that are on the bridge, made before or plugged in the cell that the others are beside. */
const there: PlugRequest[] = [];

/** What is done while VIFs are plugged; it is in no number. */
type Meanwhile = (plugged: readonly PlugRequest[]) => Promise<void>;

const inputs = (first: number, count: number) => Array.from({ length: count }, (_, i) => requestInput(first + i));

/** Plugs and unplugs again, so that the next finds the switch as it was. */
async function sample(who: Plugs, { count, callers }: Share, meanwhile: Meanwhile = async () => {}): Promise<Sample> {
  const order = { first: next, count, callers: Math.min(callers, count) } satisfies Omit<Order, 'op'>;
  next += count;
  const before = switchCpu(sandbox);
  const plug = await who.run({ ...order, op: 'plug' });
  const spent = switchCpu(sandbox) - before;
  await meanwhile(inputs(order.first, count));
  const unplug = await who.run({ ...order, op: 'unplug' });
  const took = [plug, unplug].map(({ seconds }) => `${seconds.toFixed(1)} s`).join(', ');
  console.error(`plug: ${who.name}: ${count} by ${order.callers} callers: ${took}`);
  return { plug, unplug, switchCpu: spent };
}

/** Brings the bridge to a number of ports before the measurement, each a VIF on a real tap that ovs-vswitchd has opened. */
async function grow(ports: number): Promise<void> {
  const count = ports - there.length;
  if (count <= 0) return;
  await ours.many.run({ op: 'plug', first: next, count, callers: count });
  there.push(...inputs(next, count));
  next += count;
}

/**
 * The more ports there are, the longer a plug takes, and our plugs are many. So the others plug half of theirs on the switch as
 * it was before ours, and half on the switch as it is after: as if they had gone the whole way.
 */
async function measureCell(cell: Cell): Promise<Measure[]> {
  const entry = (who: Plugs, share: Share): Entry => ({ who, share, samples: [] });
  const mine = entry(cell.inOneCall === 'alone' ? ours.many : ours.single, cell.ovskit);
  const inOneCall = cell.inOneCall === true ? [entry(ours.many, cell.ovskit)] : [];
  const others = [
    ...(cell.floor ? [entry(floor, cell.floor)] : []),
    ...(cell.rivals ? rivals.map((rival) => entry(rival, cell.rivals!)) : []),
  ];
  for (let round = 0; round < cell.rounds; round++) {
    const found = new Map<Entry, Sample>();
    const half = async () => {
      for (const other of others) {
        const one = await sample(other.who, { ...other.share, count: other.share.count / 2 });
        const before = found.get(other);
        found.set(other, before ? add(before, one) : one);
      }
    };
    // Who goes first changes.
    if (round % 2 === 0) await half();
    const plugged = await sample(mine.who, mine.share, async (requests) => {
      await half();
      if (round < cell.rounds - 1 || !cell.beside) return;
      there.push(...requests);
      await measureCells(cell.beside);
      there.length -= requests.length;
    });
    found.set(mine, plugged);
    for (const many of inOneCall) found.set(many, await sample(many.who, many.share));
    if (round % 2 === 1) await half();
    for (const [{ samples }, one] of found) samples.push(one);
  }
  return measuresOf(cell, [mine, ...inOneCall, ...others]);
}

/** In the order of the report: what the targets are about stands on top. */
const measures: Record<'goal' | 'reconcile' | 'more', Measure[]> = { goal: [], reconcile: [], more: [] };

async function measureCells(cells: readonly Cell[]): Promise<void> {
  for (const cell of cells) {
    await grow(cell.ports);
    console.error(`plug: ${cell.callers} callers, ${cell.ports} ports before`);
    const isGoal = cell.ports === GOAL.ports && cell.callers === GOAL.callers;
    measures[isGoal ? 'goal' : 'more'].push(...(await measureCell(cell)));
    if (!cell.reconcile) continue;
    const native = rivals.find(({ name }) => name === 'os-vif native');
    measures.reconcile.push(...(await measureReconcile(sandbox, there, cell.reconcile, native)));
  }
}

try {
  // Both sides' code is loaded and compiled before the first is measured; a loop of processes has nothing to warm.
  await sample(ours.single, { count: 200, callers: 64 });
  for (const rival of rivals.slice(1)) await sample(rival, { count: 2, callers: 1 });
  await measureCells(cellsOf(flag('--goal') ? 'goal' : flag('--short') ? 'short' : 'full'));
} finally {
  for (const rival of rivals) await rival[Symbol.asyncDispose]();
}
hand({
  bench: 'plug',
  title: 'Plugging real taps to a live ofport',
  missing,
  measures: [...measures.goal, ...measures.reconcile, ...measures.more],
});
