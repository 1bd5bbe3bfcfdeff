/** Reports as a table of text. */
import { formatTable } from '../../src/cli/io.js';
import { isMet, type Measure, type Report } from './results.js';
import { histogramQuantile } from './stats.js';

/** Three digits that matter, and no more zeros than that. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en-US', {
    minimumFractionDigits: Math.min(digits, 3),
    maximumFractionDigits: Math.min(digits, 3),
  });
}

const NBSP = ' ';

export const formatValue = (value: number, unit: string): string => {
  const text = formatNumber(value);
  return unit === '' ? text : unit.startsWith('/') ? `${text}${unit}` : `${text}${NBSP}${unit}`;
};

/** Median and tail of the single latencies. */
function tail(buckets: Parameters<typeof histogramQuantile>[0] | undefined): string {
  if (!buckets) return '';
  return [0.5, 0.99, 0.999].map((q) => formatNumber(histogramQuantile(buckets, q))).join(' ');
}

/** What is to be known of a measure's numbers; what holds for several is said once. */
export function notesOf({ contestants }: Measure): string[] {
  const names = new Map<string, string[]>();
  for (const { name, note } of contestants) if (note) names.set(note, [...(names.get(note) ?? []), name]);
  return [...names].map(([note, whose]) => `${whose.join(', ')}: ${note}`);
}

/** A line for each contestant, and one for each ratio. */
export function formatReport(report: Report): string {
  const rows = [['WHAT', 'WHO', 'MEDIAN', 'P50 P99 P99.9', 'RATIO', 'TARGET', '']];
  for (const { what, unit, contestants, ratios } of report.measures) {
    let label = what;
    for (const { name, value, histogram } of contestants) {
      rows.push([label, name, formatValue(value, unit), tail(histogram), '', '', '']);
      label = '';
    }
    for (const ratio of ratios) {
      const met = isMet(ratio);
      const verdict = met === undefined ? '' : met ? 'met' : 'MISSED';
      rows.push([label, ratio.of, '', '', formatNumber(ratio.value), ratio.target ?? '', verdict]);
    }
  }
  const notes = report.measures.flatMap((measure) => notesOf(measure).map((note) => `${measure.what}: ${note}`));
  const missing = report.missing.map(({ rival, why }) => `missing: ${rival}: ${why}`);
  return [formatTable(rows), ...notes, ...missing].join('\n');
}
