/**
 * Making and deleting many links: ours beside `ip -batch` and a shell loop of `ip`, in the same run, in a network namespace of
 * its own. Takes root.
 *
 *     node dist/bench/netdev-create.js [--json] [--short] [--links N] [--rounds N]
 *
 * 500 links; in the short form 100, without targets, which are of 500: the kernel deletes one at a time in some 15 ms. Ends
 * with status 1 when deleting all at once is not at least 20 times as fast as one by one, or making taps not at least 5 times as
 * fast as a loop of `ip tuntap`. By the clock, as most of it is the kernel's work, and that of processes.
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
import { contestant, timesBetter } from './lib/measure.js';
import { hand } from './lib/report.js';
import type { Measure } from './lib/results.js';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    links: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    short: { type: 'boolean', default: false },
  },
});
const COUNT = Number(options.links ?? (options.short ? 100 : 500));
const ROUNDS = options.short ? 1 : Number(options.rounds);
const GROUP = 77;
const REQUIRED: { bulkDelete?: string; tapCreate?: string } =
  COUNT >= 500 ? { bulkDelete: '>= 20', tapCreate: '>= 5' } : {};

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

const by = (name: string, who: string) => contestant(who, samples[name]!);

/** One thing done by all, ours first; targets are by the rival's name. */
function compare(
  what: string,
  ours: string,
  rivals: Record<string, { who: string; target?: string | undefined }>,
): Measure {
  const mine = by(ours, 'ovskit');
  const others = Object.entries(rivals).map(([name, { who, target }]) => ({ other: by(name, who), target }));
  return {
    what: `${COUNT} links: ${what}`,
    unit: 'ms',
    better: 'less',
    contestants: [mine, ...others.map(({ other }) => other)],
    ratios: others.map(({ other, target }) => timesBetter('less', mine, other, target)),
  };
}

const measures: Measure[] = (['veth', 'tap'] as const).flatMap((kind) => [
  compare(`${kind} create`, `${kind} create, ours`, {
    [`${kind} create, ip -batch`]: { who: 'ip -batch' },
    [`${kind} create, ip loop`]: kind === 'tap' ? { who: 'ip loop', target: REQUIRED.tapCreate } : { who: 'ip loop' },
  }),
  compare(`${kind} delete`, `${kind} delete, ours`, {
    [`${kind} delete, ip -batch`]: { who: 'ip -batch' },
    [`${kind} delete, ip loop`]: { who: 'ip loop' },
    [`${kind} delete, one by one`]: { who: 'ovskit, one by one' },
  }),
]);
measures.push(
  compare('veth delete by group', 'veth delete, by group', {
    'veth delete, one by one': { who: 'ovskit, one by one', target: REQUIRED.bulkDelete },
  }),
);
hand({ bench: 'netdev-create', title: 'Making and deleting links', missing: [], measures });
