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
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Whether a flag such as `--json` was given. */
export const flag = (name: string): boolean => process.argv.slice(2).includes(name);
