/** Cumulative distributions: for each latency, how many were answered by then. A curve further left is faster. */
import type { Measure } from '../lib/results.js';
import { type Bucket, cdf, histogramQuantile } from '../lib/stats.js';
import { formatNumber, formatValue } from '../lib/text.js';
import type { Colours } from './colours.js';
import { escapeHtml, px } from './html.js';

const WIDTH = 460;
const HEIGHT = 210;
const LEFT = 40;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 34;
const FRACTIONS = [0, 0.25, 0.5, 0.75, 1];

/** Bounds of the axis: a hair beyond the samples that count, so that a single outlier does not press all to the left. */
function range(all: readonly (readonly Bucket[])[]): [low: number, high: number] {
  const low = Math.min(...all.map((buckets) => buckets[0]![0])) / 1.05;
  const high = Math.max(...all.map((buckets) => histogramQuantile(buckets, 0.999))) * 1.05;
  return [low, Math.max(high, low * 2)];
}

/** Half the pixels that a digit takes at most. */
const HALF_DIGIT = 3.8;

/** Where the middle of a label may be: beside those of the other axis, and none of it beyond the right edge. */
function within(label: string, middle: number): number {
  const half = label.length * HALF_DIGIT;
  return Math.min(Math.max(middle, LEFT - 4 + half), WIDTH - half);
}

/** Pixels between two labels. */
const GAP = 8;

interface Tick {
  value: number;
  label: string;
  /** The middle of the label. */
  at: number;
}

/** The powers of ten within the range, and 2 and 5 times these where their labels have room. */
function ticks(low: number, high: number, x: (value: number) => number): Tick[] {
  const powers = Array.from({ length: 24 }, (_, i) => 10 ** (i - 12));
  const placed: Tick[] = [];
  for (const step of [1, 2, 5]) {
    for (const value of powers.map((power) => power * step).filter((each) => each >= low && each <= high)) {
      const label = formatNumber(value);
      const at = within(label, x(value));
      const isFree = placed.every(
        (other) => Math.abs(other.at - at) > (label.length + other.label.length) * HALF_DIGIT + GAP,
      );
      if (isFree) placed.push({ value, label, at });
    }
  }
  return placed;
}

/** Undefined when no contestant has single latencies. */
export function drawCdf({ what, unit, contestants }: Measure, colours: Colours): string | undefined {
  const curves = contestants.flatMap(({ name, histogram }) => (histogram?.length ? [{ name, histogram }] : []));
  if (curves.length === 0) return undefined;
  const [low, high] = range(curves.map(({ histogram }) => histogram));
  const x = (value: number): number =>
    LEFT + (Math.log(Math.min(value, high) / low) / Math.log(high / low)) * (WIDTH - LEFT - RIGHT);
  const y = (fraction: number): number => TOP + (1 - fraction) * (HEIGHT - TOP - BOTTOM);
  const bottom = y(0);
  const grid = [
    ...FRACTIONS.map(
      (fraction) =>
        `<path d="M${LEFT} ${px(y(fraction))}H${WIDTH - RIGHT}" class="grid"/>` +
        `<text x="${LEFT - 6}" y="${px(y(fraction) + 4)}" class="name">${fraction * 100}%</text>`,
    ),
    ...ticks(low, high, x).map(
      ({ value, label, at }) =>
        `<path d="M${px(x(value))} ${TOP}V${px(bottom)}" class="grid"/>` +
        `<text x="${px(at)}" y="${px(bottom + 16)}" class="tick">${label}</text>`,
    ),
    `<text x="${WIDTH - RIGHT}" y="${HEIGHT - 4}" class="name">latency in ${escapeHtml(unit)}, logarithmic</text>`,
  ];
  const lines = curves.map(({ name, histogram }) => {
    const points = cdf(histogram);
    const start = x(points[0]![0]);
    const path = points
      .filter(([value]) => value <= high)
      .map(([value, fraction]) => `H${px(x(value))}V${px(y(fraction))}`)
      .join('');
    return `<path d="M${px(start)} ${px(bottom)}${path}" class="line ${colours.of(name)}"/>`;
  });
  const key = curves.map(({ name, histogram }) => {
    const at = (q: number) => escapeHtml(formatValue(histogramQuantile(histogram, q), unit));
    const swatch = `<i class="swatch ${colours.of(name)}"></i>${escapeHtml(name)}`;
    return `<tr><th>${swatch}</th><td>${at(0.5)}</td><td>${at(0.99)}</td><td>${at(0.999)}</td></tr>`;
  });
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(what)}: distribution">` +
    `${grid.join('')}${lines.join('')}</svg>` +
    `<table class="key"><tr><th></th><td>p50</td><td>p99</td><td>p99.9</td></tr>${key.join('')}</table>`
  );
}
