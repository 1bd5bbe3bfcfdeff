/** Whether a process that plugs and unplugs leaks, by what it was like whenever nothing was under way. */
import { fitLine, type Line } from './slope.js';

export interface Sample {
  /** Since the beginning. */
  readonly seconds: number;
  /** Plugs with their unplugs, since the beginning. */
  readonly plugs: number;
  /** Bytes that V8's heap holds after a full collection, and those outside that belong to it. */
  readonly heap: number;
  /** Bytes of resident memory. */
  readonly rss: number;
  /** Open file descriptors. */
  readonly descriptors: number;
  /** What keeps the process alive: timers, sockets, requests. */
  readonly resources: string;
  /** Of the process, and of the signal that every call is given. */
  readonly listeners: number;
}

/** The beginning that is left out, in which buffers and pools find their size: a share of the samples, and as many plugs. */
const WARM_UP = { share: 0.25, plugs: 1500 };
/** Samples that a line through them needs. */
const ENOUGH = 10;
/** Bytes a plug. What is forgotten for a plug costs more: an entry in a Map alone is 24, its key and value come on top. */
const HEAP_LIMIT = 32;
/** Bytes over the whole time: V8 takes and gives back 8 MiB in one step. In an hour it is few bytes a plug. */
const RSS_LIMIT = 16 * 2 ** 20;

export interface Verdict {
  /** After the warm-up. */
  readonly plugs: number;
  readonly seconds: number;
  /** Bytes a plug. */
  readonly heap: Line;
  readonly rss: Line;
  /** What leaks. */
  readonly leaks: readonly string[];
}

/** @returns nothing where a slow machine did too few plugs to tell. */
export function judge(samples: readonly Sample[]): Verdict | undefined {
  const warm = samples.slice(Math.ceil(samples.length * WARM_UP.share)).filter(({ plugs }) => plugs >= WARM_UP.plugs);
  if (warm.length < ENOUGH) return undefined;
  const [first, last] = [warm[0], warm.at(-1)] as [Sample, Sample];
  const plugs = last.plugs - first.plugs;
  const heap = fitLine(warm.map((sample) => [sample.plugs, sample.heap]));
  const rss = fitLine(warm.map((sample) => [sample.plugs, sample.rss]));
  const leaks: string[] = [];
  const check = (what: string, leaking: boolean, how: string) => {
    if (leaking) leaks.push(`${what}: ${how}`);
  };
  check('heap', surely(heap) > HEAP_LIMIT, `${describeLine(heap)}, more than ${HEAP_LIMIT}`);
  const grown = Math.round((surely(rss) * plugs) / 2 ** 20);
  check('resident memory', surely(rss) * plugs > RSS_LIMIT, `${describeLine(rss)}, at least ${grown} MiB in all`);
  check('descriptors', last.descriptors > first.descriptors, `${first.descriptors}, then ${last.descriptors}`);
  check('active resources', last.resources !== first.resources, `${first.resources}, then ${last.resources}`);
  check('listeners', last.listeners > first.listeners, `${first.listeners}, then ${last.listeners}`);
  return { plugs, seconds: last.seconds - first.seconds, heap, rss, leaks };
}

/** What the slope is at least, but for noise that comes once in forty times. */
const surely = ({ slope, error }: Line) => slope - 2 * error;

const describeLine = ({ slope, error }: Line): string => `${slope.toFixed(1)} ± ${error.toFixed(1)} bytes a plug`;

export function describeVerdict({ plugs, seconds, heap, rss, leaks }: Verdict): string {
  return [
    `after the warm-up: ${plugs} plugs and unplugs in ${seconds.toFixed(0)} s`,
    `heap after collection: ${describeLine(heap)}`,
    `resident memory: ${describeLine(rss)}`,
    ...(leaks.length === 0 ? ['nothing leaks'] : leaks.map((leak) => `LEAK: ${leak}`)),
  ].join('\n');
}
