import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findSchema } from '../src/sandbox/programs.js';
import type { FirstDump } from './ovsdb/first-dump.js';
import { buildFloor, type FloorRun, floorMonitor } from './ovsdb/floor.js';
import { type IdlRun, idlFirstDump, prepareIdl } from './ovsdb/idl.js';
import type { Resync } from './ovsdb/resync.js';
import { startServer } from './ovsdb/server.js';
import { flag, formatLines, type Line, median } from './ovsdb/table.js';

/**
 * The first dump of a large switch, its memory, and the resync after a dropped connection: ours beside floor.c and
 * python3-openvswitch's IDL; see bench/README.md.
 */

const short = flag('--short');
const SIZES = short ? [20_000] : [20_000, 50_000];
const PAIRS = short ? 3 : 9;
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

const seconds = (value: number): string => `${value.toFixed(3)} s`;

function report({ rows, pairs, idl, resync }: Measured, missing: string | undefined): Line[] {
  const title = `${rows.toLocaleString('en-US')} rows`;
  const ours = median(pairs.map((pair) => pair.ours.seconds));
  const ratio = median(pairs.map((pair) => pair.ours.seconds / pair.floor.seconds));
  const again = median(resync.again);
  const perRow = (bytes: number) => `${Math.round(bytes / rows)} bytes a row`;
  const megabytes = (pairs[0]!.floor.bytes / 1e6).toFixed(1);
  const lines: Line[] = [
    {
      what: `${title}, first dump: floor.c (${megabytes} MB)`,
      value: seconds(median(pairs.map((pair) => pair.floor.seconds))),
    },
    { what: `${title}, first dump: ovskit`, value: seconds(ours), ratio, target: '<= 1.6', met: ratio <= 1.6 },
  ];
  if (idl.length > 0) {
    const theirs = median(idl.map((run) => run.seconds));
    const faster = median(idl.map((run) => run.seconds / run.ours));
    lines.push(
      {
        what: `${title}, first dump: Python IDL`,
        value: seconds(theirs),
        ratio: faster,
        target: '>= 5',
        met: faster >= 5,
      },
      { what: `${title}, resident: Python IDL`, value: perRow(median(idl.map((run) => run.resident))) },
    );
  } else {
    lines.push({ what: `${title}, Python IDL`, value: missing ?? 'not run' });
  }
  lines.push(
    { what: `${title}, resident: ovskit`, value: perRow(median(pairs.map((pair) => pair.ours.resident))) },
    { what: `${title}, live heap: ovskit`, value: perRow(median(pairs.map((pair) => pair.ours.heap))) },
    { what: `${title}, first dump of a cluster: ovskit`, value: seconds(resync.first) },
    {
      what: `${title}, fast resync: ovskit`,
      value: seconds(again),
      ratio: again / resync.first,
      target: '<= 0.1',
      met: again / resync.first <= 0.1,
    },
  );
  return lines;
}

buildFloor();
const missing = prepareIdl();
const results: Measured[] = [];
for (const ports of SIZES) results.push(await measure(ports, missing === undefined));
const lines = results.flatMap((result) => report(result, missing));
console.log(flag('--json') ? JSON.stringify({ lines, results }) : formatLines(lines));
