import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findSchema } from '../src/sandbox/programs.js';
import { contestant, ratioOf, timesBetter } from './lib/measure.js';
import { flag, hand } from './lib/report.js';
import type { Measure, Ratio } from './lib/results.js';
import { median } from './lib/stats.js';
import type { FirstDump } from './ovsdb/first-dump.js';
import { buildFloor, type FloorRun, floorMonitor } from './ovsdb/floor.js';
import { type IdlRun, idlFirstDump, prepareIdl } from './ovsdb/idl.js';
import type { Resync } from './ovsdb/resync.js';
import { startServer } from './ovsdb/server.js';

/**
 * The first dump of a large switch, its memory, and the resync after a dropped connection: ours beside floor.c and
 * python3-openvswitch's IDL; see bench/README.md.
 *
 *     node dist/bench/dump.js [--json] [--short]
 */

const short = flag('--short');
const SIZES = short ? [20_000] : [20_000, 50_000];
const PAIRS = short ? 2 : 7;
const IDL_RUNS = short ? 1 : 3;

const tables = Object.keys((JSON.parse(readFileSync(findSchema(), 'utf8')) as { tables: object }).tables);
const request = {
  id: 0,
  method: 'monitor_cond_since',
  params: [
    'Open_vSwitch',
    'floor',
    Object.fromEntries(tables.map((table) => [table, [{}]])),
    '00000000-0000-0000-0000-000000000000',
  ],
};

/** Runs a script of bench/ovsdb in a Node of its own. */
function child<T>(script: string, remote: string, env: NodeJS.ProcessEnv = {}): T {
  const path = fileURLToPath(new URL(`./ovsdb/${script}.js`, import.meta.url));
  const options = { encoding: 'utf8', env: { ...process.env, ...env } } as const;
  return JSON.parse(execFileSync(process.execPath, ['--expose-gc', path, remote], options)) as T;
}

interface Measured {
  rows: number;
  pairs: { ours: FirstDump; floor: FloorRun }[];
  /** Each with the seconds of our run just before it. */
  idl: (IdlRun & { ours: number })[];
  resync: Resync;
}

async function measure(ports: number, withIdl: boolean): Promise<Measured> {
  const measured: Measured = { rows: 0, pairs: [], idl: [], resync: { first: Number.NaN, again: [] } };
  await using server = await startServer(ports);
  const floor = () => floorMonitor(server.remote, request, join(server.runDirectory, 'request'));
  // The server's own first dump is slower than its second: it has yet to ask the system for the memory.
  floor();
  for (let pair = 0; pair < PAIRS; pair++) {
    const before = pair % 2 === 0 ? floor() : undefined;
    const ours = child<FirstDump>('first-dump', server.remote);
    measured.pairs.push({ ours, floor: before ?? floor() });
    // Next to a run of ours, for the machine is not the same a minute later.
    if (withIdl && pair < IDL_RUNS) measured.idl.push({ ...idlFirstDump(server.remote), ours: ours.seconds });
  }
  measured.rows = measured.pairs[0]!.ours.rows;
  // Only a clustered database remembers its transactions.
  await using cluster = await startServer(ports, true);
  measured.resync = child<Resync>('resync', cluster.remote, cluster.env);
  return measured;
}

const fullRatio = (again: number, first: number): Ratio => ({
  of: 'resync / first dump of a cluster',
  value: again / first,
  target: '<= 0.1',
});

function measuresOf({ rows, pairs, idl, resync }: Measured): Measure[] {
  const title = `${rows.toLocaleString('en-US')} rows`;
  const megabytes = (pairs[0]!.floor.bytes / 1e6).toFixed(1);
  const less = { better: 'less' } as const;
  const ours = contestant(
    'ovskit',
    pairs.map((pair) => pair.ours.seconds),
  );
  const floor = contestant(
    'floor.c',
    pairs.map((pair) => pair.floor.seconds),
    { note: `${megabytes} MB` },
  );
  const measures: Measure[] = [
    {
      what: `first dump, ${title}`,
      unit: 's',
      ...less,
      contestants: [ours, floor],
      ratios: [ratioOf(ours, floor, '<= 1.6')],
    },
  ];
  const perRow = (name: string, bytes: number[]) =>
    contestant(
      name,
      bytes.map((each) => each / rows),
    );
  const resident = [
    perRow(
      'ovskit',
      pairs.map((pair) => pair.ours.resident),
    ),
    perRow(
      'ovskit, live heap',
      pairs.map((pair) => pair.ours.heap),
    ),
  ];
  if (idl.length > 0) {
    const theirs = contestant(
      'Python IDL',
      idl.map((run) => run.seconds),
    );
    const beside = contestant(
      'ovskit',
      idl.map((run) => run.ours),
    );
    measures[0]!.contestants.push(theirs);
    measures[0]!.ratios.push(timesBetter('less', beside, theirs, '>= 5'));
    resident.push(
      perRow(
        'Python IDL',
        idl.map((run) => run.resident),
      ),
    );
  }
  measures.push(
    { what: `memory a row, ${title}`, unit: 'bytes', ...less, contestants: resident, ratios: [] },
    {
      what: `resync after a lost connection, ${title}`,
      unit: 's',
      ...less,
      contestants: [
        contestant('ovskit', resync.again),
        { name: 'ovskit, first dump of a cluster', value: resync.first },
      ],
      ratios: [fullRatio(median(resync.again), resync.first)],
    },
  );
  return measures;
}

buildFloor();
const missing = prepareIdl();
const measures: Measure[] = [];
for (const ports of SIZES) measures.push(...measuresOf(await measure(ports, missing === undefined)));
hand({
  bench: 'dump',
  title: 'First dump, memory and resync of a large switch',
  missing: missing === undefined ? [] : [{ rival: 'Python IDL', why: missing }],
  measures,
});
