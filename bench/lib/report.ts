/** How a benchmark hands in what it found: as JSON for run.ts, as a table for whoever starts it alone. */
import './help.js';
import { missedTargets, parseReport, type Report } from './results.js';
import { formatReport } from './text.js';

/** Whether a flag such as `--short` was given. */
export const flag = (name: string): boolean => process.argv.slice(2).includes(name);

/** Prints the report, and ends with status 1 when a target was missed. */
export function hand(report: Report): void {
  const checked = parseReport(report);
  console.log(flag('--json') ? JSON.stringify(checked) : formatReport(checked));
  if (missedTargets(checked).length > 0) process.exitCode = 1;
}
