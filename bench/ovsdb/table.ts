import { formatTable } from '../../src/cli/io.js';

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** One measured number beside its target. */
export interface Line {
  what: string;
  value: string;
  /** The median over the pairs of ours to the other's, as the target is worded. */
  ratio?: number;
  target?: string;
  met?: boolean;
}

/** Lines in columns. */
export function formatLines(lines: readonly Line[]): string {
  const rows = [
    ['what', 'measured', 'ratio', 'target', ''],
    ...lines.map(({ what, value, ratio, target, met }) => [
      what,
      value,
      ratio === undefined ? '' : ratio.toFixed(2),
      target ?? '',
      met === undefined ? '' : met ? 'met' : 'MISSED',
    ]),
  ];
  return formatTable(rows);
}

/** Whether a flag such as `--json` was given. */
export const flag = (name: string): boolean => process.argv.slice(2).includes(name);
