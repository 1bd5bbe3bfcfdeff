/**
 * What joining changes into transactions brings, on the database alone: plugs a second of 64 callers beside floor.c, what
 * one caller alone pays for it, and what bad requests among the good ones cost. See bench/README.md.
 *
 *     node dist/bench/commit.js [--json] [--short]
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client, mutate, type Operation } from '../src/ovsdb/index.js';
import { encodeOperation } from '../src/ovsdb/operations.js';
import { Ovs, type SwitchTransaction } from '../src/vswitch/index.js';
import { SWITCH_SELECTION } from '../src/vswitch/rows.js';
import { externalIds, plugs, type Switch } from './commit/operations.js';
import { contestant, ratioOf } from './lib/measure.js';
import { flag, hand } from './lib/report.js';
import type { Measure } from './lib/results.js';
import { median } from './lib/stats.js';
import { buildFloor, floorMonitored, floorTransact } from './ovsdb/floor.js';
import { startServer } from './ovsdb/server.js';

const PORTS = 500;
const CALLERS = 64;
const short = flag('--short');
const ROUNDS = short ? 5 : 15;
const PLUGS = short ? 1920 : 6400;
const ALONE = short ? 300 : 1000;
const WARM_UP = 4000;

await using server = await startServer(PORTS);
await using ovs = await Ovs.connect(server.remote);
await using unmonitored = await Client.connect(server.remote);
buildFloor();
const bridge = ovs.tables.bridge('br-int');
if (!bridge || !ovs.tables.root) throw new Error('the populated database has no bridge br-int');
const ids: Switch = { root: ovs.tables.root._uuid, bridge: bridge._uuid };
const before = new Set(Array.from(ovs.tables.ports.rows(), ({ _uuid }) => _uuid));
let last = 0;

const names = (count: number): string[] => Array.from({ length: count }, () => `plug${last++}`);

/** Takes off what was plugged. Nobody's time. */
async function unplugAll(): Promise<void> {
  await ovs.sync();
  const plugged = [...ovs.tables.ports.rows()].map(({ _uuid }) => _uuid).filter((uuid) => !before.has(uuid));
  await ovs.client.transact('Open_vSwitch', [
    mutate('Bridge', [['_uuid', '==', ids.bridge]], [['ports', 'delete', plugged]]),
  ]);
}

const plug = (name: string) => (tx: SwitchTransaction) =>
  tx.addPort('br-int', name, { interface: { externalIds: externalIds(name) } });

/** Plugs a second with each of the callers having one under way. */
async function joined(count: number, build: (name: string, index: number) => (tx: SwitchTransaction) => void) {
  const wanted = names(count);
  let next = 0;
  const caller = async () => {
    while (next < count) {
      const index = next++;
      await ovs.transact(build(wanted[index] as string, index)).catch(() => {});
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: CALLERS }, caller));
  const rate = count / ((performance.now() - start) / 1000);
  await unplugAll();
  return rate;
}

/** The library's own monitor, so that the server makes an update for each transaction. */
const MONITOR = {
  id: 'monitor',
  method: 'monitor_cond_since',
  params: [
    'Open_vSwitch',
    'floor',
    Object.fromEntries(Object.entries(SWITCH_SELECTION).map(([table, { columns }]) => [table, [{ columns }]])),
    '00000000-0000-0000-0000-000000000000',
  ],
};

/** Plugs a second of floor.c, so many a transaction and so many transactions unanswered, or one after a monitor. */
async function floor(count: number, each: number, inFlight: number | 'monitored'): Promise<number> {
  const wanted = names(count);
  const requests = Array.from({ length: count / each }, (_, id) => {
    const operations: Operation[] = plugs(ids, wanted.slice(id * each, (id + 1) * each));
    const params = ['Open_vSwitch', ...operations.map((operation) => encodeOperation(ovs.replica.schema, operation))];
    return { id, method: 'transact', params };
  });
  const file = join(server.runDirectory, 'requests');
  const { seconds } =
    inFlight === 'monitored'
      ? floorMonitored(server.remote, requests, MONITOR, file)
      : floorTransact(server.remote, requests, inFlight, file);
  await unplugAll();
  return count / seconds;
}

/**
 * Median microseconds of plugs one after the other, by the committer and as bare transactions of the same operations: on the
 * same client, where the replica takes its update in before the reply, and on one that has no replica.
 */
async function alone(): Promise<Record<Alone, number>> {
  const took: Record<Alone, number[]> = { committer: [], bare: [], unmonitored: [] };
  const time = async (into: number[], run: () => Promise<unknown>) => {
    const start = performance.now();
    await run();
    into.push((performance.now() - start) * 1000);
  };
  for (let index = 0; index < ALONE; index++) {
    const [ours, theirs, others] = names(3) as [string, string, string];
    const [operations, elsewhere] = [plugs(ids, [theirs]), plugs(ids, [others])];
    const committed = () => time(took.committer, () => ovs.transact(plug(ours)));
    const bare = () => time(took.bare, () => ovs.client.transact('Open_vSwitch', operations));
    for (const run of index % 2 === 0 ? [committed, bare] : [bare, committed]) await run();
    // Seldom, for each makes work for the replica behind the other's back.
    if (index % 4 === 0) {
      await time(took.unmonitored, () => unmonitored.transact('Open_vSwitch', elsewhere));
      await ovs.sync();
    }
  }
  await unplugAll();
  return { committer: median(took.committer), bare: median(took.bare), unmonitored: median(took.unmonitored) };
}

/** One in a hundred can't be done: for what the replica shows, or for what only the server finds out. */
const bad = [
  (name: string) => (tx: SwitchTransaction) => tx.addPort('nowhere', name),
  () => (tx: SwitchTransaction) => tx.addPort('br-int', 'br-int'),
  (name: string) => (tx: SwitchTransaction) => tx.addPort('br-int', name, { columns: { qos: randomUUID() } }),
];
const mixed = (name: string, index: number) =>
  index % 100 === 50 ? bad[Math.floor(index / 100) % bad.length]!(name) : plug(name);

const rates: Record<'ours' | 'mixed' | 'single' | 'pipelined' | 'same' | 'monitored', number[]> = {
  ours: [],
  mixed: [],
  single: [],
  pipelined: [],
  same: [],
  monitored: [],
};
type Alone = 'committer' | 'bare' | 'unmonitored';
const latencies: Record<Alone, number[]> = { committer: [], bare: [], unmonitored: [] };

await joined(WARM_UP, plug);
for (let round = 0; round < ROUNDS; round++) {
  const runs: (() => Promise<void>)[] = [
    async () => void rates.ours.push(await joined(PLUGS, plug)),
    async () => void rates.same.push(await floor(PLUGS, CALLERS, 1)),
    async () => void rates.monitored.push(await floor(PLUGS, CALLERS, 'monitored')),
    async () => void rates.single.push(await floor(PLUGS, 1, 1)),
    async () => void rates.pipelined.push(await floor(PLUGS, 1, CALLERS)),
    async () => void rates.mixed.push(await joined(PLUGS, mixed)),
  ];
  for (const run of round % 2 === 0 ? runs : runs.reverse()) await run();
  const took = await alone();
  for (const name of ['committer', 'bare', 'unmonitored'] as const) latencies[name].push(took[name]);
}

const ours = contestant(`ovskit, ${CALLERS} callers`, rates.ours);
const single = contestant('floor.c, a transaction a plug', rates.single);
const pipelined = contestant(`floor.c, a transaction a plug, ${CALLERS} in flight`, rates.pipelined);
const same = contestant('floor.c, the same joined transactions', rates.same);
const monitored = contestant('floor.c, joined, with our monitor', rates.monitored);
const withBad = contestant('ovskit, 1% bad', rates.mixed);
const committer = contestant('Ovs.transact', latencies.committer);
const bare = contestant('client.transact', latencies.bare);
const without = contestant('client.transact without a replica', latencies.unmonitored);
const measures: Measure[] = [
  {
    what: `plugs a second, database alone, ${PORTS} ports`,
    unit: '/s',
    better: 'more',
    contestants: [ours, same, monitored, single, pipelined, withBad],
    ratios: [
      ratioOf(ours, single, '>= 2.5'),
      ratioOf(ours, pipelined),
      ratioOf(ours, same, '>= 0.8'),
      ratioOf(ours, monitored),
      ratioOf(withBad, ours, '>= 0.5'),
    ],
  },
  {
    what: 'a plug of one caller alone',
    unit: 'us',
    better: 'less',
    contestants: [committer, bare, without],
    ratios: [ratioOf(committer, bare, '<= 1.1'), ratioOf(committer, without)],
  },
];
hand({ bench: 'commit', title: 'Joining changes into transactions', missing: [], measures });
