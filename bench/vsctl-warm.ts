import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DEFAULT_LIMITS, Framer } from '../src/jsonrpc/index.js';
import { Client, mutate, select } from '../src/ovsdb/index.js';
import type { Sandbox } from '../src/sandbox/index.js';
import { Ovs } from '../src/vswitch/index.js';
import { SocketProxy } from '../test/support/proxy.js';
import { contestant, ratioOf, timesBetter } from './lib/measure.js';
import { flag, hand } from './lib/report.js';
import type { Contestant as Found, Measure, Report } from './lib/results.js';
import { median } from './lib/stats.js';
import { buildFloor, floorMonitored, floorTransact } from './ovsdb/floor.js';
import { preparePython } from './ovsdb/python.js';
import { startServer } from './ovsdb/server.js';
import { PythonRival } from './rivals/python.js';

/**
 * What it costs to add a port to a bridge that has many, on ovsdb-server alone: the warm library, floor.c with the same
 * bytes, stock `ovs-vsctl --no-wait`, and ovsdbapp. All in turns, each on a server of its own; see bench/README.md.
 *
 *     node dist/bench/vsctl-warm.js [--json] [--short]
 */

const BRIDGE = 'br-int';
const short = flag('--short');
const PORTS = short ? [10, 5000] : [10, 1000, 5000];
const ROUNDS = short ? 3 : 15;
/** Ports added in a round, one after the other. */
const EACH = 40;
/** By the stock tool, which takes a process for each. */
const STOCK = short ? 1 : 3;
/** A service has run for a while: its code is compiled. */
const WARM_UP = 1000;

/** The floor with the library's monitor on its connection: the server then makes an update besides. */
const MONITORED = 'floor.c with a monitor';

const execute = promisify(execFile);
let last = 0;
/** Of one length, so that no request is longer than another. The ports that are there have other names. */
const fresh = (count: number): string[] => Array.from({ length: count }, () => `w${String(last++).padStart(9, '0')}`);

/** One way to add ports to the bridge. */
interface Contestant {
  /** Ports a round. */
  readonly each: number;
  /** @returns the microseconds that each took. */
  add(names: readonly string[]): Promise<readonly number[]>;
  close(): Promise<void>;
}

type Make = (remote: string, server: Sandbox) => Promise<Contestant>;

async function timed(names: readonly string[], add: (name: string) => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (const name of names) {
    const start = performance.now();
    await add(name);
    took.push((performance.now() - start) * 1000);
  }
  return took;
}

async function ovskit(remote: string): Promise<Contestant> {
  const ovs = await Ovs.connect(remote);
  const add = (name: string) => ovs.transact((tx) => tx.addPort(BRIDGE, name));
  return { each: EACH, add: (names) => timed(names, add), close: () => ovs.close() };
}

async function stock(remote: string): Promise<Contestant> {
  const add = (name: string) => execute('ovs-vsctl', [`--db=${remote}`, '--no-wait', 'add-port', BRIDGE, name]);
  return { each: STOCK, add: (names) => timed(names, add), close: async () => {} };
}

async function ovsdbapp(remote: string): Promise<Contestant> {
  const app = await PythonRival.start('add-port.py', [remote], process.env);
  const add = (ports: readonly string[]) => app.ask<number[]>({ bridge: BRIDGE, ports });
  return { each: EACH, add, close: () => app[Symbol.asyncDispose]() };
}

/** What a contestant sent. */
interface Overheard {
  /** For one port, when it is warm. */
  readonly sent: string;
  readonly name: string;
  /** Before that. */
  readonly before: string;
}

async function overhear(server: Sandbox, make: Make): Promise<Overheard> {
  const proxy = new SocketProxy(join(server.runDirectory, 'proxy.sock'), server.remote.slice('unix:'.length));
  try {
    await proxy.listening();
    const contestant = await make(proxy.remote, server);
    const [warm, name] = fresh(2) as [string, string];
    await contestant.add([warm]);
    const before = proxy.sent;
    await contestant.add([name]);
    const sent = proxy.sent.slice(before.length);
    await contestant.close();
    return { sent, name, before };
  } finally {
    proxy.close();
    await takeOff(server);
  }
}

/** Sends ready-made what the library sends; with its monitor on the connection, or without. */
async function floor(server: Sandbox, monitored: boolean): Promise<Contestant> {
  const { sent, name, before } = await overhear(server, ovskit);
  const messages: string[] = [];
  new Framer((text) => messages.push(text), DEFAULT_LIMITS, 'the library').push(Buffer.from(before));
  const monitor: unknown = messages
    .map((text) => JSON.parse(text) as { method: string; params: unknown[] })
    .find(({ method, params }) => method === 'monitor_cond_since' && params[0] === 'Open_vSwitch');
  const file = join(server.runDirectory, 'requests');
  return {
    each: EACH,
    async add(names) {
      const requests = names.map((other) => JSON.parse(sent.replaceAll(name, other)) as unknown);
      const run = monitored
        ? floorMonitored(server.remote, requests, monitor, file)
        : floorTransact(server.remote, requests, 1, file);
      return run.latencies;
    },
    close: async () => {},
  };
}

/** Takes the ports of a round off again, so that the bridge stays as large as it is. */
async function takeOff(server: Sandbox): Promise<void> {
  await using client = await Client.connect(server.remote);
  const [{ rows }] = await client.transact('Open_vSwitch', [select('Port', [], ['_uuid', 'name'])]);
  const gone = rows.flatMap(({ _uuid, name }) => (/^w\d/.test(name as string) ? [_uuid as string] : []));
  await client.transact('Open_vSwitch', [mutate('Bridge', [], [['ports', 'delete', gone]])]);
}

/** One contestant on one bridge, and what it took: a median a round. */
interface Entry {
  readonly name: string;
  readonly ports: number;
  readonly server: Sandbox;
  readonly contestant: Contestant;
  /** Bytes sent for one port. */
  readonly sent: number;
  readonly rounds: number[];
}

async function enter(name: string, ports: number, make: Make): Promise<Entry> {
  const server = await startServer(ports);
  servers.push(server);
  const contestant = await make(server.remote, server);
  // The floor sends what the library sends.
  const { sent } = await overhear(server, name.startsWith('floor.c') ? ovskit : make);
  return { name, ports, server, contestant, sent: Buffer.byteLength(sent), rounds: [] };
}

async function turn(entry: Entry, count = entry.contestant.each): Promise<number> {
  const took = median(await entry.contestant.add(fresh(count)));
  await takeOff(entry.server);
  return took;
}

const count = (ports: number): string => ports.toLocaleString('en-US');

/** The median over the rounds of something made of one round of each. */
function perRound(entries: readonly Entry[], make: (...took: number[]) => number): number {
  return median(Array.from({ length: ROUNDS }, (_, round) => make(...entries.map(({ rounds }) => rounds[round]!))));
}

function measuresOf(entries: readonly Entry[]): Measure[] {
  const of = (name: string, ports: number) => entries.find((entry) => entry.name === name && entry.ports === ports)!;
  const times = PORTS.map((ports): Measure => {
    const found = new Map<string, Found>();
    for (const { name, rounds } of entries.filter((entry) => entry.ports === ports)) {
      found.set(name, contestant(name, rounds));
    }
    const ours = found.get('ovskit')!;
    const slower = ['ovsdbapp', 'ovs-vsctl'].flatMap((name) => found.get(name) ?? []);
    const ratios = [found.get('floor.c')!, found.get(MONITORED)!].map((floor) => ratioOf(ours, floor));
    return {
      what: `warm add-port, ${count(ports)} ports`,
      unit: 'us',
      better: 'less',
      contestants: [ours, ...[...found.values()].filter((each) => each !== ours)],
      ratios: [...ratios, ...slower.map((each) => timesBetter('less', ours, each))],
    };
  });
  const [few, many] = [PORTS[0]!, PORTS.at(-1)!];
  const growth = (name: string) =>
    contestant(
      name,
      of(name, few).rounds.map((small, round) => of(name, many).rounds[round]! / small),
    );
  const beyond = (floor: string) =>
    perRound(
      [of('ovskit', few), of('ovskit', many), of(floor, few), of(floor, many)],
      (small, large, floorSmall, floorLarge) => (large! - (floorLarge! - floorSmall!)) / small!,
    );
  return [
    ...times,
    {
      what: `warm add-port, ${count(many)} ports to ${few}`,
      unit: 'times',
      better: 'less',
      contestants: [...new Set(entries.map(({ name }) => name))].map(growth),
      ratios: [
        { of: "ovskit, less floor.c's growth", value: beyond('floor.c'), target: '<= 2' },
        { of: `ovskit, less the growth of ${MONITORED}`, value: beyond(MONITORED) },
      ],
    },
    ...PORTS.map((ports): Measure => {
      const sent = of('ovskit', ports).sent / of('ovskit', few).sent;
      return {
        what: `bytes sent for a port, ${count(ports)} ports`,
        unit: 'bytes',
        better: 'less',
        contestants: entries.filter((entry) => entry.ports === ports).map(({ name, sent }) => ({ name, value: sent })),
        ratios: ports === few ? [] : [{ of: `ovskit, to ${few} ports`, value: sent, target: '<= 1.01' }],
      };
    }),
  ];
}

const missing = preparePython('python3-ovsdbapp', 'ovsdbapp');
buildFloor();
const servers: Sandbox[] = [];
const entries: Entry[] = [];
try {
  for (const ports of PORTS) {
    entries.push(await enter('floor.c', ports, (_, server) => floor(server, false)));
    entries.push(await enter(MONITORED, ports, (_, server) => floor(server, true)));
    entries.push(await enter('ovskit', ports, ovskit));
    entries.push(await enter('ovs-vsctl', ports, stock));
    if (!missing) entries.push(await enter('ovsdbapp', ports, ovsdbapp));
  }
  for (const entry of entries) if (entry.name === 'ovskit') await turn(entry, WARM_UP);
  for (let round = -1; round < ROUNDS; round++) {
    // Whoever goes first in one round goes last in the next; the first round is not counted.
    for (const entry of round % 2 === 0 ? entries : entries.toReversed()) {
      const took = await turn(entry);
      if (round >= 0) entry.rounds.push(took);
    }
  }
} finally {
  for (const { contestant } of entries) await contestant.close();
  for (const server of servers) await server.stop();
}
const report: Report = {
  bench: 'vsctl-warm',
  title: 'A port added to a bridge that has many, by the warm library',
  missing: missing ? [{ rival: 'ovsdbapp', why: missing }] : [],
  measures: measuresOf(entries),
};
hand(report);
