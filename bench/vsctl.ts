/**
 * What `ovskit vsctl` costs, process start included, beside the stock ovs-vsctl, on ovsdb-server alone.
 *
 *   node dist/bench/vsctl.js [--ports=20000] [--bin=FILE] [--short] [--json]
 *
 * `--bin` is another build of the command line than dist/bundle. What its start costs: start.ts.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Sandbox } from '../src/sandbox/index.js';
import { LINES, linesOfStock } from './lib/lines.js';
import { contestant, timesBetter } from './lib/measure.js';
import { paired } from './lib/paired.js';
import { hand } from './lib/report.js';
import type { Contestant, Measure } from './lib/results.js';
import { startServer } from './ovsdb/server.js';

const { values } = parseArgs({
  options: {
    ports: { type: 'string', default: '20000' },
    short: { type: 'boolean', default: false },
    bin: { type: 'string', default: fileURLToPath(new URL('../bundle/ovskit.cjs', import.meta.url)) },
    json: { type: 'boolean', default: false },
  },
});
const ROUNDS = values.short ? 2 : 7;
const ports = Number(values.ports);
const BRIDGE = 'br-int';

/** How many of the lines a loop of ovs-vsctl does at the start and at the end; each counts for its share of all. */
const SAMPLE = linesOfStock(values.short ? 'short' : 'full') / 2;

function tool(sandbox: Sandbox, ...words: string[]): () => void {
  const [program, ...rest] = words;
  return () => {
    const { status, stderr } = spawnSync(program as string, rest, {
      env: { ...process.env, ...sandbox.env },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${words.join(' ')}: ${status}: ${stderr}`);
  };
}

const ours = [process.execPath, values.bin, 'vsctl'];
let next = 0;
const fresh = () => `n${next++}`;

async function wholeCommand(): Promise<void> {
  await using server = await startServer(ports);
  const add =
    (...program: string[]) =>
    () =>
      tool(server, ...program, '--no-wait', 'add-port', BRIDGE, fresh())();
  const title = `${ports.toLocaleString('en-US')} ports`;
  for (const [what, target, took] of [
    ['add-port', '>= 5', paired(add(...ours), add('ovs-vsctl'), ROUNDS)],
    ['list-br', '>= 4', paired(tool(server, ...ours, 'list-br'), tool(server, 'ovs-vsctl', 'list-br'), ROUNDS)],
  ] as const) {
    const contestants = [contestant('ovskit', took.oursTook), contestant('ovs-vsctl', took.theirsTook)] as const;
    report(`${what} on ${title}`, isLarge ? target : undefined, ...contestants);
  }
}

/** Ours takes the lines on one connection; stock is a process for each, on a server of its own. */
async function batch(): Promise<void> {
  const lines = Array.from({ length: LINES }, (_, i) => `add-port ${BRIDGE} b${i}`);
  await using a = await startServer(0);
  await using b = await startServer(0);
  const file = join(a.runDirectory, 'batch');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const between = join(a.runDirectory, 'between');
  writeFileSync(
    between,
    lines
      .slice(SAMPLE, -SAMPLE)
      .map((line) => `${line}\n`)
      .join(''),
  );
  const loop = (first: number) => {
    const last = first + SAMPLE - 1;
    const script = `for i in $(seq ${first} ${last}); do ovs-vsctl --no-wait add-port ${BRIDGE} b$i || exit 1; done`;
    return time(tool(b, 'sh', '-c', script));
  };
  const mine = contestant('ovskit', [time(tool(a, ...ours, '--no-wait', `--batch=${file}`))]);
  const start = loop(0);
  // The more ports, the longer a process takes.
  tool(b, ...ours, '--no-wait', `--batch=${between}`)();
  const counted = LINES / (2 * SAMPLE);
  const note = `${2 * SAMPLE} of the lines, half of them the last, each counted ${counted} times`;
  const theirs = contestant('ovs-vsctl', [(start + loop(LINES - SAMPLE)) * counted], counted > 1 ? { note } : {});
  report(`${LINES.toLocaleString('en-US')} add-port lines`, '>= 10', mine, theirs);
}

function time(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

const measures: Measure[] = [];

/** The targets for whole commands are of a bridge of 20,000 ports: stock's time grows with them, ours hardly. */
const isLarge = ports >= 20_000;

/** @param target none where it was set for another size */
function report(what: string, target: string | undefined, mine: Contestant, theirs: Contestant): void {
  const ratio = timesBetter('less', mine, theirs, target);
  measures.push({ what, unit: 'ms', better: 'less', contestants: [mine, theirs], ratios: [ratio] });
}

await batch();
await wholeCommand();
hand({ bench: 'vsctl', title: 'Whole commands of ovskit vsctl, process start included', missing: [], measures });
