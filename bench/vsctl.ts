/**
 * What `ovskit vsctl` costs, process start included, beside the stock ovs-vsctl, on ovsdb-server alone.
 *
 *   node dist/bench/vsctl.js [--ports=20000] [--bin=FILE] [--short] [--json]
 *
 * `--bin` is another build of the command line than dist/bundle. What its start costs: start.ts.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Client, insert, mutate, NamedUuid, type Operation } from '../src/ovsdb/index.js';
import { type Sandbox, startSandbox } from '../src/sandbox/index.js';
import { type Paired, paired } from './lib/paired.js';
import { hand } from './lib/report.js';
import type { Measure } from './lib/results.js';

const { values } = parseArgs({
  options: {
    ports: { type: 'string' },
    short: { type: 'boolean', default: false },
    bin: { type: 'string', default: fileURLToPath(new URL('../bundle/ovskit.cjs', import.meta.url)) },
    json: { type: 'boolean', default: false },
  },
});
const ROUNDS = values.short ? 3 : 7;

const ports = Number(values.ports ?? (values.short ? 2000 : 20_000));

const database = () => startSandbox({ vswitchd: false, network: 'current', datapath: 'dummy' });

/** Fills a bridge, a thousand ports a transaction. */
async function fill(sandbox: Sandbox, bridge: string, count: number): Promise<void> {
  await using client = await Client.connect(sandbox.remote);
  execFileSync('ovs-vsctl', ['--no-wait', 'add-br', bridge], { env: { ...process.env, ...sandbox.env } });
  for (let done = 0; done < count; done += 1000) {
    const operations: Operation[] = [];
    const ports: NamedUuid[] = [];
    for (let i = done; i < Math.min(done + 1000, count); i++) {
      operations.push(insert('Interface', { name: `${bridge}f${i}` }, `i${i}`));
      operations.push(insert('Port', { name: `${bridge}f${i}`, interfaces: [new NamedUuid(`i${i}`)] }, `p${i}`));
      ports.push(new NamedUuid(`p${i}`));
    }
    operations.push(mutate('Bridge', [['name', '==', bridge]], [['ports', 'insert', ports]]));
    await client.transact('Open_vSwitch', operations, { timeout: 120_000 });
  }
}

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
  const sandbox = await database();
  try {
    await fill(sandbox, 'br0', ports);
    const add =
      (...program: string[]) =>
      () =>
        tool(sandbox, ...program, '--no-wait', 'add-port', 'br0', fresh())();
    report(`add-port on ${ports} ports`, isLarge ? 5 : undefined, paired(add(...ours), add('ovs-vsctl'), ROUNDS));
    const list = paired(tool(sandbox, ...ours, 'list-br'), tool(sandbox, 'ovs-vsctl', 'list-br'), ROUNDS);
    report(`list-br on ${ports} ports`, isLarge ? 4 : undefined, list);
  } finally {
    await sandbox.stop();
  }
}

async function batch(): Promise<void> {
  const sandboxes = await Promise.all([database(), database()]);
  try {
    const [a, b] = sandboxes as [Sandbox, Sandbox];
    await fill(a, 'br0', 0);
    await fill(b, 'br0', 0);
    const lines = Array.from({ length: 1000 }, (_, i) => `add-port br0 b${i}`);
    const file = join(a.runDirectory, 'batch');
    writeFileSync(file, `${lines.join('\n')}\n`);
    const script = join(b.runDirectory, 'loop.sh');
    writeFileSync(script, 'for i in $(seq 0 999); do ovs-vsctl --no-wait add-port br0 b$i || exit 1; done\n');
    const oursTook = time(tool(a, ...ours, '--no-wait', `--batch=${file}`));
    const theirsTook = time(tool(b, 'sh', script));
    report('1,000 add-port lines', 10, { ours: oursTook, theirs: theirsTook, medianRatio: theirsTook / oursTook });
  } finally {
    for (const sandbox of sandboxes) await sandbox.stop();
  }
}

function time(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

const measures: Measure[] = [];

/** The targets for whole commands are of a bridge of 20,000 ports: stock's time grows with them, ours hardly. */
const isLarge = ports >= 20_000;

/** @param least the ratio aimed at; none where it was set for another size */
function report(what: string, least: number | undefined, took: Pick<Paired, 'ours' | 'theirs' | 'medianRatio'>): void {
  const ratio = { of: 'ovs-vsctl / ovskit', value: took.medianRatio };
  measures.push({
    what,
    unit: 'ms',
    better: 'less',
    contestants: [
      { name: 'ovskit', value: took.ours },
      { name: 'ovs-vsctl', value: took.theirs },
    ],
    ratios: [least === undefined ? ratio : { ...ratio, target: `>= ${least}` }],
  });
}

await batch();
await wholeCommand();
hand({ bench: 'vsctl', title: 'Whole commands of ovskit vsctl, process start included', missing: [], measures });
