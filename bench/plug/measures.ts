/** From samples of plugs and unplugs to the measures of a report. */
import { contestant, timesBetter } from '../lib/measure.js';
import type { Contestant, Measure, Ratio } from '../lib/results.js';
import { type Cell, GOAL, type Share } from './cells.js';
import type { Plugs, Run } from './contestants.js';

export interface Sample {
  plug: Run;
  unplug: Run;
  /** Seconds of processor of the switch during the plugs. */
  switchCpu: number;
}

/** One who plugs in a cell, and a sample a round. */
export interface Entry {
  readonly who: Plugs;
  readonly share: Share;
  readonly samples: Sample[];
}

const TARGETS: Record<string, string> = { 'ovs-vsctl loop': '>= 20', 'os-vif native': '>= 10' };

const addRuns = (a: Run, b: Run): Run => ({
  seconds: a.seconds + b.seconds,
  latencies: [...a.latencies, ...b.latencies],
  cpu: a.cpu + b.cpu,
});

/** Two halves of one's plugs as one sample. */
export const add = (a: Sample, b: Sample): Sample => ({
  plug: addRuns(a.plug, b.plug),
  unplug: addRuns(a.unplug, b.unplug),
  switchCpu: a.switchCpu + b.switchCpu,
});

/** Numbers of the first entry, ours, beside those of the others. */
export function measuresOf(cell: Cell, entries: readonly Entry[]): Measure[] {
  const many = cell.callers === 1 ? '1 caller' : `${cell.callers} callers`;
  const callers = cell.inOneCall === 'alone' ? `${cell.ovskit.count} in one call` : many;
  const where = `${callers}, ${cell.ports.toLocaleString('en-US')} ports before`;
  const numbers = (of: (sample: Sample, count: number) => number, noted = false): Contestant[] =>
    entries.map(({ who, share, samples }) =>
      contestant(
        who.name,
        samples.map((sample) => of(sample, share.count)),
        noted ? noteOf(cell, share) : {},
      ),
    );
  const rate = (op: 'plug' | 'unplug'): Measure => {
    const contestants = numbers((sample, count) => count / sample[op].seconds, op === 'plug');
    const goal = op === 'plug' && cell.ports === GOAL.ports && cell.callers === GOAL.callers;
    return { what: `${op}, ${where}`, unit: '/s', better: 'more', contestants, ratios: ratiosOf(contestants, goal) };
  };
  const latency: Measure = {
    what: `latency of a plug, ${where}`,
    unit: 'ms',
    better: 'less',
    contestants: entries
      .map(({ who, samples }) => ({ who, all: samples.flatMap(({ plug }) => plug.latencies.map((us) => us / 1000)) }))
      .filter(({ all }) => all.length > 0)
      .map(({ who, all }) => contestant(who.name, all, { latencies: all }))
      .map(({ runs: _, ...rest }) => rest),
    ratios: [],
  };
  const cpu: Measure = {
    what: `processor of client and switch a plug, ${where}`,
    unit: 'ms',
    better: 'less',
    contestants: numbers(({ plug, switchCpu }, count) => ((plug.cpu + switchCpu) / count) * 1000),
    ratios: [],
  };
  return [rate('plug'), rate('unplug'), latency, cpu];
}

/** How many times as fast ours is as each of the others. */
function ratiosOf([ours, ...others]: readonly Contestant[], goal: boolean): Ratio[] {
  return others.map((other) => timesBetter('more', ours!, other, goal ? TARGETS[other.name] : undefined));
}

function noteOf({ ovskit, callers, rounds }: Cell, { count, callers: theirs }: Share): { note?: string } {
  if (count === ovskit.count && theirs === callers) return {};
  const by = theirs === 1 ? 'one after the other' : `${theirs} at once`;
  const of = rounds === 1 ? 'one round' : `the median of ${rounds} rounds`;
  return { note: `${count} plugs a round, ${by}, where ovskit has ${ovskit.count}; ${of}` };
}
