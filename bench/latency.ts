import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Client, insert, mutate, NamedUuid, type Operation, select, update, wait } from '../src/ovsdb/index.js';
import { encodeOperation } from '../src/ovsdb/operations.js';
import { buildFloor, type FloorRun, floorTransact } from './ovsdb/floor.js';
import { interfaceUuid } from './ovsdb/population.js';
import { startServer } from './ovsdb/server.js';
import { flag, formatLines, type Line, median } from './ovsdb/table.js';

/**
 * What a transaction costs: ours beside floor.c, which writes the same bytes ready-made and scans for the end of the
 * reply. Both in turns on one server; see bench/README.md.
 */

const PORTS = 1000;
const IN_FLIGHT = 64;
const short = flag('--short');
const PAIRS = 9;
const ONE_BY_ONE = short ? 200 : 1000;
const MANY = short ? 1500 : 5000;
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
let last = 0;

/** Transactions that nobody has sent yet. Making them is nobody's time. */
function fresh(build: Build, count: number): Operation[][] {
  return Array.from({ length: count }, () => build(last++));
}

/** Median microseconds of transactions one after the other. */
async function oneByOne(transactions: readonly Operation[][]): Promise<number> {
  const took: number[] = [];
  for (const operations of transactions) {
    const start = performance.now();
    await client.transact('Open_vSwitch', operations);
    took.push((performance.now() - start) * 1000);
  }
  return median(took);
}

/** Transactions a second with `IN_FLIGHT` of them unanswered. */
async function inFlight(transactions: readonly Operation[][]): Promise<number> {
  let next = 0;
  const worker = async () => {
    while (next < transactions.length) await client.transact('Open_vSwitch', transactions[next++]!);
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return transactions.length / ((performance.now() - start) / 1000);
}

function requestsOf(transactions: readonly Operation[][]): unknown[] {
  return transactions.map((operations, id) => ({
    id,
    method: 'transact',
    params: ['Open_vSwitch', ...operations.map((operation) => encodeOperation(schema, operation))],
  }));
}

function floor(transactions: readonly Operation[][], unanswered: number): FloorRun {
  return floorTransact(server.remote, requestsOf(transactions), unanswered, join(server.runDirectory, 'requests'));
}

/** Median microseconds of the same through a bare socket of Node: what no client in Node can do without. */
async function bareSocket(transactions: readonly Operation[][]): Promise<number> {
  const socket = connect(server.remote.slice('unix:'.length));
  await once(socket, 'connect');
  const took: number[] = [];
  for (const text of requestsOf(transactions).map((request) => JSON.stringify(request))) {
    const start = performance.now();
    const answered = new Promise((resolve) => socket.once('data', resolve));
    socket.write(text);
    await answered;
    took.push((performance.now() - start) * 1000);
  }
  socket.destroy();
  return median(took);
}

type Pair = [ours: number, theirs: number, bare?: number];

/** Runs both in turns; which goes first changes, and the first pair is not counted. */
async function pairs(ours: () => Promise<number>, theirs: () => number, bare?: () => Promise<number>): Promise<Pair[]> {
  const found: Pair[] = [];
  for (let pair = -1; pair < PAIRS; pair++) {
    const before = pair % 2 === 0 ? undefined : theirs();
    const mine = await ours();
    const other = before ?? theirs();
    const third = await bare?.();
    if (pair >= 0) found.push(third === undefined ? [mine, other] : [mine, other, third]);
  }
  return found;
}

function report(
  what: string,
  unit: string,
  found: readonly Pair[],
  target: string,
  met: (ratio: number) => boolean,
): Line[] {
  const [ours, theirs] = [0, 1].map((side) => median(found.map((pair) => pair[side]!)).toFixed(0));
  const ratio = median(found.map(([mine, other]) => mine / other));
  return [
    { what: `${what}: floor.c`, value: `${theirs} ${unit}` },
    { what: `${what}: ovskit`, value: `${ours} ${unit}`, ratio, target, met: met(ratio) },
  ];
}

const lines: Line[] = [];
const raw: Record<string, Pair[]> = {};
for (const [name, build] of Object.entries({ plug, smallest })) {
  await inFlight(fresh(build, WARM_UP));
  const latency = await pairs(
    () => oneByOne(fresh(build, ONE_BY_ONE)),
    () => median(floor(fresh(build, ONE_BY_ONE), 1).latencies),
    () => bareSocket(fresh(build, ONE_BY_ONE)),
  );
  const bare = latency.map(([, theirs, third = Number.NaN]) => ({ third, ratio: third / theirs }));
  const throughput = await pairs(
    () => inFlight(fresh(build, MANY)),
    () => MANY / floor(fresh(build, MANY), IN_FLIGHT).seconds,
  );
  lines.push(
    ...report(`${name}, one at a time`, 'us', latency, '<= 1.3', (ratio) => ratio <= 1.3),
    {
      what: `${name}, one at a time: bare Node socket`,
      value: `${median(bare.map(({ third }) => third)).toFixed(0)} us`,
      ratio: median(bare.map(({ ratio }) => ratio)),
    },
    ...report(`${name}, ${IN_FLIGHT} in flight`, '/s', throughput, '>= 0.95', (ratio) => ratio >= 0.95),
  );
  Object.assign(raw, { [`${name} latency`]: latency, [`${name} throughput`]: throughput });
}
console.log(flag('--json') ? JSON.stringify({ lines, pairs: raw }) : formatLines(lines));
