/**
 * What a transaction costs: ours beside floor.c, which writes the same bytes ready-made and scans for the end of the
 * reply. In turns on one server; see bench/README.md.
 *
 *     node dist/bench/latency.js [--json] [--short]
 */
import { Client, insert, mutate, NamedUuid, type Operation, select, update, wait } from '../src/ovsdb/index.js';
import { bareSocket, floor, ovskit, ovsVsctl, type Took } from './latency/contestants.js';
import { contestant, ratioOf, timesBetter } from './lib/measure.js';
import { flag, hand } from './lib/report.js';
import type { Contestant, Measure, Report } from './lib/results.js';
import { median } from './lib/stats.js';
import { buildFloor } from './ovsdb/floor.js';
import { interfaceName, interfaceUuid } from './ovsdb/population.js';
import { preparePython } from './ovsdb/python.js';
import { startServer } from './ovsdb/server.js';
import { PythonRival } from './rivals/python.js';

const PORTS = 1000;
const short = flag('--short');
const PAIRS = short ? 3 : 9;
const ONE_BY_ONE = short ? 200 : 1000;
const MANY = short ? 1000 : 5000;
/** Rivals that are a hundred times slower, a run. */
const FEW = short ? 10 : 100;
/** A service has run for a while: its code is compiled. */
const WARM_UP = 3000;

type Build = (number: number) => Operation[];

/** The smallest write that services do: the external_ids of an interface, found by its uuid. */
const smallest: Build = (number) => {
  const external_ids = { 'iface-status': number % 2 ? 'active' : 'inactive', n: `${number}` };
  return [update('Interface', [['_uuid', '==', interfaceUuid(number % PORTS)]], { external_ids })];
};

const BRIDGE = [['name', '==', 'br-int']] as const;

/** A plug as src/vswitch sends it. The Port is taken off the bridge again, so that the bridge stays as large as it is. */
const plug: Build = (number) => {
  const name = `plug${number}`;
  return [
    wait('Bridge', BRIDGE, ['name'], '==', [{ name: 'br-int' }], 0),
    insert('Interface', { name, external_ids: { 'iface-id': name, 'attached-mac': 'fa:16:3e:00:00:01' } }, 'i'),
    insert('Port', { name, interfaces: [new NamedUuid('i')], tag: number % 4095 }, 'p'),
    mutate('Bridge', BRIDGE, [['ports', 'insert', [new NamedUuid('p')]]]),
    mutate('Bridge', BRIDGE, [['ports', 'delete', [new NamedUuid('p')]]]),
    mutate('Open_vSwitch', [], [['next_cfg', '+=', 1]]),
    select('Open_vSwitch', [], ['next_cfg']),
  ];
};

await using server = await startServer(PORTS);
await using client = await Client.connect(server.remote);
const schema = await client.getSchema('Open_vSwitch');
buildFloor();
const missing: Report['missing'] = [];
const noOvsdbapp = preparePython('python3-ovsdbapp', 'ovsdbapp');
if (noOvsdbapp) missing.push({ rival: 'ovsdbapp', why: noOvsdbapp });
await using ovsdbapp = noOvsdbapp ? undefined : await PythonRival.start('set.py', [server.remote], process.env);
let last = 0;

/** Transactions that nobody has sent yet. Making them is nobody's time. */
function fresh(build: Build, count: number): Operation[][] {
  return Array.from({ length: count }, () => build(last++));
}

const names = (count: number): string[] => Array.from({ length: count }, () => interfaceName(last++ % PORTS));

type Contest = Record<string, () => Took | Promise<Took>>;

/** All in turns; who goes first changes, and the first turn is not counted. */
async function turns(contest: Contest): Promise<Record<string, Took[]>> {
  const took: Record<string, Took[]> = Object.fromEntries(Object.keys(contest).map((name) => [name, []]));
  for (let pair = -1; pair < PAIRS; pair++) {
    const order = Object.entries(contest);
    if (pair % 2 !== 0) order.reverse();
    for (const [name, run] of order) {
      const one = await run();
      if (pair >= 0) took[name]!.push(one);
    }
  }
  return took;
}

function contestants(took: Record<string, Took[]>, value: (one: Took) => number): Record<string, Contestant> {
  const entries = Object.entries(took).map(([name, runs]) => {
    const latencies = runs.flatMap((run) => run.latencies);
    return [name, contestant(name, runs.map(value), { latencies })] as const;
  });
  return Object.fromEntries(entries);
}

async function oneByOne(name: string, build: Build): Promise<Measure> {
  const rivals: Contest =
    build === smallest
      ? {
          ...(ovsdbapp && { ovsdbapp: () => ovsdbapp.ask<Took>({ names: names(FEW), callers: 1 }) }),
          'ovs-vsctl': () => ovsVsctl(server, names(Math.ceil(FEW / 5))),
        }
      : {};
  const took = await turns({
    ovskit: () => ovskit(client, fresh(build, ONE_BY_ONE), 1),
    'floor.c': () => floor(server, schema, fresh(build, ONE_BY_ONE), 1),
    'bare Node socket': () => bareSocket(server, schema, fresh(build, ONE_BY_ONE)),
    ...rivals,
  });
  const by = contestants(took, (one) => median(one.latencies));
  const [ours, low, bare, ...others] = Object.values(by) as [Contestant, Contestant, Contestant, ...Contestant[]];
  return {
    what: `${name}, one at a time`,
    unit: 'us',
    better: 'less',
    contestants: [ours, low, bare, ...others],
    ratios: [
      ratioOf(ours, low, '<= 1.3'),
      ratioOf(bare, low),
      ...others.map((other) => timesBetter('less', ours, other)),
    ],
  };
}

/** Transactions a second, and the latency of each, with some of them unanswered. */
async function inFlight(name: string, build: Build, count: number): Promise<Measure[]> {
  const took = await turns({
    ovskit: () => ovskit(client, fresh(build, MANY), count),
    'floor.c': () => floor(server, schema, fresh(build, MANY), count),
    ...(build === smallest &&
      ovsdbapp && { ovsdbapp: () => ovsdbapp.ask<Took>({ names: names(FEW), callers: count }) }),
  });
  const by = contestants(took, (one) => one.latencies.length / one.seconds);
  const [ours, low, ...others] = Object.values(by) as [Contestant, Contestant, ...Contestant[]];
  const all = [ours, low, ...others];
  const what = `${name}, ${count} in flight`;
  const target = count === 64 ? '>= 0.95' : undefined;
  return [
    {
      what,
      unit: '/s',
      better: 'more',
      contestants: all.map(({ histogram: _, ...rest }) => rest),
      ratios: [ratioOf(ours, low, target), ...others.map((other) => timesBetter('more', ours, other))],
    },
    {
      what: `latency, ${what}`,
      unit: 'us',
      better: 'less',
      contestants: Object.values(contestants(took, (one) => median(one.latencies))),
      ratios: [],
    },
  ];
}

const measures: Measure[] = [];
for (const [name, build] of Object.entries({ 'plug transaction': plug, 'smallest write': smallest })) {
  await ovskit(client, fresh(build, WARM_UP), 64);
  measures.push(await oneByOne(name, build));
  for (const count of [8, 64]) measures.push(...(await inFlight(name, build, count)));
}
hand({ bench: 'latency', title: 'What a transaction costs', missing, measures });
