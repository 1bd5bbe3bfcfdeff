/** Builds the measures of a report from what was sampled. */
import type { Contestant, Measure, Ratio } from './results.js';
import { histogram, median } from './stats.js';

/** A contestant by the medians of its runs, and the single latencies where there are any. */
export function contestant(
  name: string,
  runs: readonly number[],
  more: { latencies?: readonly number[]; note?: string } = {},
): Contestant {
  return {
    name,
    value: median(runs),
    runs: [...runs],
    ...(more.latencies && more.latencies.length > 0 ? { histogram: histogram(more.latencies) } : {}),
    ...(more.note === undefined ? {} : { note: more.note }),
  };
}

/** The median over the pairs of `mine` to `theirs`; runs of one index were made next to each other. */
export function pairedRatio(mine: readonly number[], theirs: readonly number[]): number {
  const pairs = Math.min(mine.length, theirs.length);
  return median(Array.from({ length: pairs }, (_, pair) => mine[pair]! / theirs[pair]!));
}

/** `A / B` with its median over the pairs. */
export function ratioOf(mine: Contestant, theirs: Contestant, target?: string): Ratio {
  const value = pairedRatio(mine.runs ?? [mine.value], theirs.runs ?? [theirs.value]);
  return { of: `${mine.name} / ${theirs.name}`, value, ...(target === undefined ? {} : { target }) };
}

/** How many times better the first is than the second, whichever way is better. */
export function timesBetter(better: Measure['better'], mine: Contestant, theirs: Contestant, target?: string): Ratio {
  return better === 'more' ? ratioOf(mine, theirs, target) : ratioOf(theirs, mine, target);
}

/** One number of one contestant, beside nobody. */
export function single(what: string, unit: string, name: string, value: number): Measure {
  return { what, unit, better: 'less', contestants: [{ name, value }], ratios: [] };
}
