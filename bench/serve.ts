/**
 * Plugs a second through `ovskit serve`, from HTTP clients over its unix socket, beside as many callers of the library in
 * turns on one switch with 500 ports. Takes root.
 *
 *     node dist/bench/serve.js [--json] [--short]
 *
 * Ends with status 1 when 200 clients don't get 0.75 of the library's rate.
 */
import { contestant, timesBetter } from './lib/measure.js';
import { flag, hand } from './lib/report.js';
import type { Measure } from './lib/results.js';
import { ovskit, type Plugs, type Run } from './plug/contestants.js';
import { ovskitServe } from './plug/service.js';
import { startSwitch } from './plug/switch.js';

const PORTS = 500;
const CLIENTS = 200;
const short = flag('--short');
const ROUNDS = short ? 2 : 3;
const COUNT = short ? 200 : 1000;

await using sandbox = await startSwitch();
// Both are given their requests as they are written, and check them.
await using library = await ovskit(sandbox, (input) => input);
await using service = await ovskitServe(sandbox);
const contestants: Plugs[] = [service, library.single];
const runs = new Map<Plugs, Record<'plug' | 'unplug', Run>[]>(contestants.map((who) => [who, []]));
let next = 1;

async function sample(who: Plugs): Promise<Record<'plug' | 'unplug', Run>> {
  const order = { first: next, count: COUNT, callers: CLIENTS };
  next += COUNT;
  const plug = await who.run({ ...order, op: 'plug' });
  return { plug, unplug: await who.run({ ...order, op: 'unplug' }) };
}

function measureOf(op: 'plug' | 'unplug'): Measure {
  const [service, library] = contestants.map((who) => {
    const each = runs.get(who)!.map((run) => run[op]);
    return contestant(
      who.name,
      each.map(({ seconds }) => COUNT / seconds),
    );
  });
  return {
    what: `${op}, ${CLIENTS} clients, ${PORTS} ports before`,
    unit: '/s',
    better: 'more',
    contestants: [service!, library!],
    ratios: [timesBetter('more', service!, library!, op === 'plug' ? '>= 0.75' : undefined)],
  };
}

await library.many.run({ op: 'plug', first: next, count: PORTS, callers: PORTS });
next += PORTS;
// One round goes before and is not counted.
for (let round = -1; round < ROUNDS; round++) {
  const turn = round % 2 === 0 ? contestants : contestants.toReversed();
  for (const who of turn) {
    const found = await sample(who);
    console.error(`serve: ${who.name}: ${COUNT} in ${found.plug.seconds.toFixed(1)} s`);
    if (round >= 0) runs.get(who)!.push(found);
  }
}
const latency: Measure = {
  what: `latency of a plug, ${CLIENTS} clients, ${PORTS} ports before`,
  unit: 'ms',
  better: 'less',
  contestants: contestants.map((who) => {
    const latencies = runs.get(who)!.flatMap(({ plug }) => plug.latencies.map((us) => us / 1000));
    const { runs: _, ...rest } = contestant(who.name, latencies, { latencies });
    return rest;
  }),
  ratios: [],
};
const [ownCost, libraryCost] = contestants.map((who) =>
  contestant(
    who.name,
    runs.get(who)!.map(({ plug }) => (plug.cpu / COUNT) * 1e6),
  ),
);
const cost: Measure = {
  what: `processor of a plug, ${CLIENTS} clients, without the switch's and the clients'`,
  unit: 'us',
  better: 'less',
  contestants: [ownCost!, libraryCost!],
  ratios: [timesBetter('less', ownCost!, libraryCost!)],
};
const measures = [measureOf('plug'), measureOf('unplug'), latency, cost];
hand({ bench: 'serve', title: 'Plugging through the service', missing: [], measures });
