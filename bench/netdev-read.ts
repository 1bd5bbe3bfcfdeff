/**
 * Reading driver, features and link of 200 devices, against `ethtool -i`, `ethtool -k` and `ip link show` for each, in turns in
 * the same run. Needs root: it works in a network namespace of its own. `node dist/bench/netdev-read.js [--devices N]`; `--short` changes nothing, it is short
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { enterPrivateNetwork, getDriver, getFeatures, getLink } from '../src/netdev/index.js';
import { paired } from './lib/paired.js';

const { values } = parseArgs({ options: { devices: { type: 'string', default: '200' }, short: { type: 'boolean' } } });
const GOAL = 50;

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

const ms = (value: number) => `${value.toFixed(1)} ms`;
for (const [what, rival] of [
  ['started by Node', theirs],
  ['in a shell loop', shell],
] as const) {
  const { ours: own, theirs: other, medianRatio } = paired(ours, rival, 3);
  const verdict = medianRatio >= GOAL ? 'met' : 'MISSED';
  console.log(`${names.length} devices, ethtool -i, -k and ip link ${what}: ${ms(other)}`);
  console.log(`  ours: ${ms(own)}; ${medianRatio.toFixed(0)} times faster (goal ${GOAL}: ${verdict})`);
}
