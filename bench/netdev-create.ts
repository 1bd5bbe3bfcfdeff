/**
 * Making and deleting many links: ours beside `ip -batch` and a shell loop of `ip`, in the same run, in a network namespace of
 * its own. Takes root.
 *
 *     node dist/bench/netdev-create.js [--json] [--links N] [--rounds N]
 *
 * Exits with 1 when deleting all at once is not at least 20 times as fast as one by one, or making taps not at least 5 times
 * as fast as a loop of `ip tuntap`. By the clock, as most of it is the kernel's work, and that of processes.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import {
  createLinks,
  createTaps,
  deleteGroup,
  deleteLink,
  deleteLinks,
  deleteTap,
  enterPrivateNetwork,
  type LinkResult,
  listLinks,
} from '../src/netdev/index.js';
import { median } from './lib/paired.js';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    links: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '3' },
    short: { type: 'boolean', default: false },
  },
});
const COUNT = Number(options.links);
const ROUNDS = options.short ? 1 : Number(options.rounds);
const GROUP = 77;
const REQUIRED = { bulkDelete: 20, tapCreate: 5 };

const numbers = Array.from({ length: COUNT }, (_, i) => i);
const names = numbers.map((i) => `a${i}`);
const veths = numbers.map((i) => ({
  kind: 'veth' as const,
  name: `a${i}`,
  group: GROUP,
  peer: { name: `b${i}`, group: GROUP },
}));

/** A way to make all and a way to delete all, by name. */
type Way = Record<'veth' | 'tap', { create: () => unknown; remove: () => unknown }>;

const ours: Way = {
  veth: { create: async () => check(await createLinks(veths)), remove: async () => check(await deleteLinks(names)) },
  tap: {
    create: async () => check(await createTaps(names.map((name) => ({ name })))),
    remove: async () => check(await deleteLinks(names)),
  },
};

const ipBatch: Way = {
  veth: {
    create: () => batch(numbers.map((i) => `link add a${i} type veth peer name b${i}`)),
    remove: () => batch(names.map((name) => `link delete ${name}`)),
  },
  tap: {
    create: () => batch(names.map((name) => `tuntap add dev ${name} mode tap`)),
    remove: () => batch(names.map((name) => `tuntap delete dev ${name} mode tap`)),
  },
};

const ipLoop: Way = {
  veth: { create: () => loop('link add a$i type veth peer name b$i'), remove: () => loop('link delete a$i') },
  tap: { create: () => loop('tuntap add dev a$i mode tap'), remove: () => loop('tuntap delete dev a$i mode tap') },
};

function check(results: LinkResult[]): void {
  const failed = results.find(({ error }) => error);
  if (failed) throw failed.error;
}

function batch(lines: string[]): void {
  execFileSync('ip', ['-batch', '-'], { input: lines.join('\n') });
}

function loop(command: string): void {
  execFileSync('sh', ['-ec', `i=0; while [ $i -lt ${COUNT} ]; do ip ${command}; i=$((i+1)); done`]);
}

/** Milliseconds. Checks that there are then as many links as there should be. */
async function time(act: () => unknown, expected: number): Promise<number> {
  const start = performance.now();
  await act();
  const took = performance.now() - start;
  const links = listLinks().filter((name) => name !== 'lo').length;
  if (links !== expected) throw new Error(`there are ${links} links, not ${expected}`);
  return took;
}

async function measure(way: Way, kind: 'veth' | 'tap'): Promise<{ create: number; remove: number }> {
  const create = await time(way[kind].create, kind === 'veth' ? 2 * COUNT : COUNT);
  return { create, remove: await time(way[kind].remove, 0) };
}

/** Each deleted by a request of its own, as it was before. */
async function oneByOne(kind: 'veth' | 'tap'): Promise<number> {
  await ours[kind].create();
  const remove = kind === 'veth' ? (name: string) => deleteLink(name) : (name: string) => deleteTap(name);
  return time(async () => {
    for (const name of names) await remove(name);
  }, 0);
}

async function byGroup(): Promise<number> {
  await ours.veth.create();
  return time(() => deleteGroup(GROUP), 0);
}

enterPrivateNetwork();
const samples: Record<string, number[]> = {};
const add = (name: string, value: number) => {
  samples[name] ??= [];
  samples[name].push(value);
};
for (let round = 0; round < ROUNDS; round++) {
  for (const kind of ['veth', 'tap'] as const) {
    for (const [who, way] of Object.entries({ ours, 'ip -batch': ipBatch, 'ip loop': ipLoop })) {
      const { create, remove } = await measure(way, kind);
      add(`${kind} create, ${who}`, create);
      add(`${kind} delete, ${who}`, remove);
    }
    add(`${kind} delete, one by one`, await oneByOne(kind));
  }
  add('veth delete, by group', await byGroup());
}

/** The median over the rounds of theirs / ours. */
function ratio(theirs: string, mine: string): number {
  return median(samples[theirs]!.map((value, round) => value / samples[mine]![round]!));
}

const results = (['veth', 'tap'] as const).flatMap((kind) =>
  (['create', 'delete'] as const).map((what) => ({
    name: `${kind} ${what}`,
    ours: median(samples[`${kind} ${what}, ours`]!),
    ipBatch: median(samples[`${kind} ${what}, ip -batch`]!),
    ipLoop: median(samples[`${kind} ${what}, ip loop`]!),
    ratioBatch: ratio(`${kind} ${what}, ip -batch`, `${kind} ${what}, ours`),
    ratioLoop: ratio(`${kind} ${what}, ip loop`, `${kind} ${what}, ours`),
  })),
);
const bulk = {
  vethByGroup: ratio('veth delete, one by one', 'veth delete, by group'),
  vethByNames: ratio('veth delete, one by one', 'veth delete, ours'),
  tapByNames: ratio('tap delete, one by one', 'tap delete, ours'),
};
const tapCreate = results.find(({ name }) => name === 'tap create')!.ratioLoop;

if (options.json) {
  console.log(
    JSON.stringify({
      bench: 'netdev-create',
      unit: 'ms',
      links: COUNT,
      rounds: ROUNDS,
      required: REQUIRED,
      results,
      bulk,
    }),
  );
} else {
  const row = (...cells: string[]) =>
    console.log(cells.map((cell, i) => (i ? cell.padStart(12) : cell.padEnd(34))).join(''));
  row(`${COUNT} links, ms`, 'ours', 'ip -batch', 'ip loop', 'x batch', 'x loop');
  for (const { name, ours, ipBatch, ipLoop, ratioBatch, ratioLoop } of results) {
    row(
      name,
      ...[ours, ipBatch, ipLoop].map((ms) => ms.toFixed(0)),
      ...[ratioBatch, ratioLoop].map((x) => x.toFixed(1)),
    );
  }
  const ms = (name: string) => median(samples[name]!).toFixed(0);
  row('veth delete, by group', ms('veth delete, by group'));
  row('veth delete, one by one', ms('veth delete, one by one'));
  row('tap delete, one by one', ms('tap delete, one by one'));
  row('one by one / by group, veth', `${bulk.vethByGroup.toFixed(1)}x`);
  row('one by one / by names, veth', `${bulk.vethByNames.toFixed(1)}x`);
  row('one by one / by names, tap', `${bulk.tapByNames.toFixed(1)}x`);
}
for (const [what, is, required] of [
  ['deleting by group', bulk.vethByGroup, REQUIRED.bulkDelete],
  ['making taps', tapCreate, REQUIRED.tapCreate],
] as const) {
  if (is >= required) continue;
  console.error(`${what} is ${is.toFixed(1)} times as fast, not ${required}`);
  process.exitCode = 1;
}
