/**
 * Plugs a second, from nothing to a live ofport, on a real ovs-vswitchd with real taps: ovskit beside floor.c, a loop of
 * ovs-vsctl, ovsdbapp and os-vif, in turns on one switch. Takes root.
 *
 *     node dist/bench/plug.js [--json] [--short] [--goal]
 *
 * `--goal` measures only what the targets are about. Ends with status 1 when 64 callers at 500 ports are not 20 times as fast as
 * the loop and 10 times as os-vif native.
 */
import { flag, hand } from './lib/report.js';
import type { Measure, Report } from './lib/results.js';
import { preparePython } from './ovsdb/python.js';
import { type Cell, cellsOf, GOAL, type Share } from './plug/cells.js';
import { type Order, ovskit, ovsVsctl, type Plugs, python } from './plug/contestants.js';
import { cFloor } from './plug/floor.js';
import { add, type Entry, measuresOf, type Sample } from './plug/measures.js';
import { fill, startSwitch, switchCpu } from './plug/switch.js';

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

/**
 * Plugs and unplugs again, so that the next finds the switch as it was.
 * @param meanwhile what is done while they are plugged; it is in no number
 */
async function sample(who: Plugs, { count, callers }: Share, meanwhile = async () => {}): Promise<Sample> {
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

/**
 * The more ports there are, the longer a plug takes, and our plugs are many. So the others plug half of theirs on the switch as
 * it was before ours, and half on the switch as it is after: as if they had gone the whole way.
 */
async function measureCell(cell: Cell): Promise<Measure[]> {
  const entry = (who: Plugs, share: Share): Entry => ({ who, share, samples: [] });
  const mine = entry(ours.single, cell.ovskit);
  const inOneCall = cell.inOneCall ? [entry(ours.many, cell.ovskit)] : [];
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
    found.set(mine, await sample(mine.who, mine.share, half));
    for (const many of inOneCall) found.set(many, await sample(many.who, many.share));
    if (round % 2 === 1) await half();
    for (const [{ samples }, one] of found) samples.push(one);
  }
  return measuresOf(cell, [mine, ...inOneCall, ...others]);
}

const cells = cellsOf(flag('--goal') ? 'goal' : flag('--short') ? 'short' : 'full');
const measures: Measure[] = [];
try {
  // Both sides' code is loaded and compiled before the first is measured.
  await sample(ours.single, { count: 200, callers: 64 });
  for (const rival of rivals) await sample(rival, { count: 2, callers: 1 });
  let ports = 0;
  for (const cell of cells) {
    await fill(sandbox, ports, cell.ports);
    ports = Math.max(ports, cell.ports);
    console.error(`plug: ${cell.callers} callers, ${cell.ports} ports before`);
    const found = await measureCell(cell);
    // What the targets are about stands on top.
    if (cell.ports === GOAL.ports && cell.callers === GOAL.callers) measures.unshift(...found);
    else measures.push(...found);
  }
} finally {
  for (const rival of rivals) await rival[Symbol.asyncDispose]();
}
hand({ bench: 'plug', title: 'Plugging real taps to a live ofport', missing, measures });
