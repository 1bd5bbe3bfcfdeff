/**
 * Reading driver, features and link of 200 devices, against `ethtool -i`, `ethtool -k` and `ip link show` for each, in turns in
 * the same run. Needs root: it works in a network namespace of its own.
 *
 *     node dist/bench/netdev-read.js [--json] [--short] [--devices N]
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { enterPrivateNetwork, getDriver, getFeatures, getLink } from '../src/netdev/index.js';
import { contestant, timesBetter } from './lib/measure.js';
import { paired } from './lib/paired.js';
import { hand } from './lib/report.js';
import type { Measure } from './lib/results.js';

const { values } = parseArgs({
  options: { devices: { type: 'string', default: '200' }, short: { type: 'boolean' }, json: { type: 'boolean' } },
});
const GOAL = '>= 50';

enterPrivateNetwork();
const pairs = Number(values.devices) / 2;
const lines = Array.from({ length: pairs }, (_, i) => `link add a${i} type veth peer name b${i}`);
execFileSync('ip', ['-batch', '-'], { input: lines.join('\n') });
const names = Array.from({ length: pairs }, (_, i) => [`a${i}`, `b${i}`]).flat();

function ours(): void {
  for (const name of names) {
    getDriver(name);
    getFeatures(name);
    getLink(name);
  }
}

function theirs(): void {
  for (const name of names) {
    execFileSync('ethtool', ['-i', name]);
    execFileSync('ethtool', ['-k', name]);
    execFileSync('ip', ['link', 'show', name]);
  }
}

/** The same without Node's own cost of starting a program: one shell for all. */
function shell(): void {
  const loop = 'for d; do ethtool -i $d; ethtool -k $d; ip link show $d; done >/dev/null';
  execFileSync('sh', ['-c', loop, 'sh', ...names]);
}

const measures = (
  [
    ['processes started by Node', theirs],
    ['processes in a shell loop', shell],
  ] as const
).map(([name, rival]): Measure => {
  const took = paired(ours, rival, values.short ? 2 : 5);
  const own = contestant('ovskit', took.oursTook);
  const other = contestant(name, took.theirsTook);
  return {
    what: `ethtool -i, ethtool -k and ip link show of ${names.length} devices, ${name}`,
    unit: 'ms',
    better: 'less',
    contestants: [own, other],
    ratios: [timesBetter('less', own, other, GOAL)],
  };
});

hand({ bench: 'netdev-read', title: 'Reading driver, features and link', missing: [], measures });
