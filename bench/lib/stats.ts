/** What a measurement's samples say: medians, quantiles, histograms. */

/** The value below which the fraction `q` of the samples lie, between two samples where none is there. NaN for none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const lower = sorted[below]!;
  const upper = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return lower + (upper - lower) * (position - below);
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** How many samples are at most `upper` and above the bound before it; bounds ascend, empty ones are left out. */
export type Bucket = readonly [upper: number, count: number];

/** Bounds for each factor of two: each bound is some 2.2% above the one before, which is how exact a histogram is. */
const BUCKETS_PER_OCTAVE = 32;

/** Samples in buckets whose bounds grow by a fixed factor, so that it is as exact for microseconds as for seconds. */
export function histogram(values: readonly number[]): Bucket[] {
  const counts = new Map<number, number>();
  for (const value of values) {
    if (!(value > 0)) throw new RangeError(`a histogram is of positive numbers, not of ${value}`);
    const index = Math.ceil(Math.log2(value) * BUCKETS_PER_OCTAVE);
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([index, count]) => [Number((2 ** (index / BUCKETS_PER_OCTAVE)).toPrecision(6)), count]);
}

/** The cumulative distribution: for each bound, the fraction of the samples that are at most that. */
export function cdf(buckets: readonly Bucket[]): [value: number, fraction: number][] {
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  return buckets.map(([upper, count]) => {
    seen += count;
    return [upper, seen / total];
  });
}

/** The bound that the fraction `q` of the samples does not exceed. */
export function histogramQuantile(buckets: readonly Bucket[], q: number): number {
  return cdf(buckets).find(([, fraction]) => fraction >= q - 1e-12)?.[0] ?? Number.NaN;
}
