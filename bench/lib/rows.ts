/** The rows of README's comparison table whose numbers the benchmarks give. */
import { cellsOf, GOAL } from '../plug/cells.js';
import { LINES, linesOfStock } from './lines.js';
import type { BENCHES } from './list.js';
import type { Measure, Results } from './results.js';
import { formatNumber } from './text.js';

export interface Row {
  /** Its first cell. */
  readonly label: string;
  readonly bench: (typeof BENCHES)[number];
  /** The measures that it is made of, by name. */
  readonly of: readonly string[];
  /** The cells of ovskit, of ovs-vsctl and of the Python libraries. */
  cells(...measures: Measure[]): readonly [string, string, string];
}

/** What stands in the last cell: how to take the row's numbers again. */
export const againBy = ({ bench }: Row): string => `\`npm run bench -- ${bench}\``;

const numberOf = (measure: Measure, name: string): number | undefined =>
  measure.contestants.find((contestant) => contestant.name === name)?.value;

/** @throws {Error} when there is none */
function ours(measure: Measure): number {
  const value = numberOf(measure, 'ovskit');
  if (value === undefined) throw new Error(`${measure.what}: nothing of ovskit`);
  return value;
}

const MISSING = 'not measured';

function time(ms: number | undefined): string {
  if (ms === undefined) return MISSING;
  return ms >= 500 ? `${formatNumber(ms / 1000)} s` : `${formatNumber(ms)} ms`;
}

const rate = (value: number | undefined): string => (value === undefined ? MISSING : `${formatNumber(value)} a second`);

export const ROWS: readonly Row[] = [
  {
    label: '1,000 VIFs to a live port by 64 callers, 500 ports there before',
    bench: 'plug',
    of: ['plug, 64 callers, 500 ports before'],
    cells: (plug) => [
      rate(ours(plug!)),
      rate(numberOf(plug!, 'ovs-vsctl loop')),
      `ovsdbapp ${rate(numberOf(plug!, 'ovsdbapp'))}; os-vif native ${rate(numberOf(plug!, 'os-vif native'))}`,
    ],
  },
  {
    label: '`--no-wait add-port` on 20,000 ports, a process each',
    bench: 'vsctl',
    of: ['add-port on 20,000 ports'],
    cells: (add) => [time(ours(add!)), time(numberOf(add!, 'ovs-vsctl')), ''],
  },
  {
    label: '1,000 lines of add-port, onto an empty bridge',
    bench: 'vsctl',
    of: ['1,000 add-port lines'],
    cells: (lines) => [`${time(ours(lines!))}, \`--batch\``, time(numberOf(lines!, 'ovs-vsctl')), ''],
  },
  {
    label: 'the first dump of 40,002 rows, warm from then on',
    bench: 'dump',
    of: ['first dump, 40,002 rows'],
    cells: (dump) => {
      const idl = numberOf(dump!, 'Python IDL');
      return [
        time(ours(dump!) * 1000),
        'reads anew for each command',
        idl === undefined ? MISSING : `${time(idl * 1000)} (Python IDL)`,
      ];
    },
  },
  {
    label: 'driver, link and features of 200 devices',
    bench: 'netdev-read',
    of: [
      'ethtool -i, ethtool -k and ip link show of 200 devices, processes in a shell loop',
      'ethtool -i, ethtool -k and ip link show of 200 devices, processes started by Node',
    ],
    cells: (shell, node) => [
      time(ours(shell!)),
      `${time(numberOf(shell!, 'processes in a shell loop'))} by \`ethtool\` and \`ip\` in a shell loop, ${time(numberOf(node!, 'processes started by Node'))} from Node`,
      '',
    ],
  },
  {
    label: '`list-br` on a small switch, a process',
    bench: 'start',
    of: ['a process from its start to its end'],
    cells: (start) => {
      const node = numberOf(start!, 'node -e 0')!;
      const above = numberOf(start!, 'ovskit vsctl list-br')! - node;
      return [`${time(above)} above Node's own start (${time(node)})`, time(numberOf(start!, 'ovs-vsctl list-br')), ''];
    },
  },
];

/** A line of README's table. @throws {Error} naming the measure that the results lack */
export function rowOf(row: Row, { reports }: Results): string {
  const report = reports.find(({ bench }) => bench === row.bench);
  const measures = row.of.map((what) => {
    const found = report?.measures.find((measure) => measure.what === what);
    if (!found) throw new Error(`the results have no "${what}" of ${row.bench}`);
    return found;
  });
  return `| ${[row.label, ...row.cells(...measures), againBy(row)].join(' | ')} |`.replaceAll('|  |', '| |');
}

/** How the line below the table begins. */
export const TAKEN_ON = 'Taken on ';

/** What the rivals did less of than ovskit, so that their numbers are what it would come to. */
function scaled(mode: Results['mode']): string {
  const { rivals } = cellsOf(mode).find(({ ports, callers }) => ports === GOAL.ports && callers === GOAL.callers)!;
  const lines =
    mode === 'short'
      ? `; of the 1,000 lines ovs-vsctl ran ${linesOfStock(mode)}, and its time is ${LINES / linesOfStock(mode)} times theirs`
      : '';
  return `Of the 1,000 VIFs a rival plugged ${rivals!.count} a round, of which its rate is${lines}.`;
}

/** The line below the table: what the numbers were taken on. */
export function takenOn({ machine, when, mode, seconds }: Results): string {
  const command = mode === 'short' ? 'npm run bench' : 'npm run bench:full';
  return (
    `${TAKEN_ON}${when.slice(0, 10)} by \`${command}\`, which took ${seconds.toFixed(0)} s: ${machine.processors} processors, ` +
    `Linux ${machine.kernel}, Node.js ${machine.node}, Open vSwitch ${machine.openvswitch}, datapath in user space, a load of ` +
    `${machine.load.toFixed(1)} at the start. ${scaled(mode)}`
  );
}

/** README with the numbers of the results. @throws {Error} when it lacks a row, or the results a number */
export function withNumbers(readme: string, results: Results): string {
  const lines = readme.split('\n');
  const replace = (start: string, line: string) => {
    const index = lines.findIndex((each) => each.startsWith(start));
    if (index < 0) throw new Error(`README has no line that starts with "${start}"`);
    lines[index] = line;
  };
  for (const row of ROWS) replace(`| ${row.label} |`, rowOf(row, results));
  replace(TAKEN_ON, takenOn(results));
  return lines.join('\n');
}
