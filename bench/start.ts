/**
 * What starting the command line costs: whole processes of the bundle beside `node -e 0`, in turns.
 *
 *   node dist/bench/start.js [--rounds=60] [--bin=FILE] [--json] [--short]
 *
 * Ends with status 1 when a median is further above `node -e 0` than its target.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startSandbox } from '../src/sandbox/index.js';
import { contestant } from './lib/measure.js';
import { hand } from './lib/report.js';
import type { Measure, Ratio } from './lib/results.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    bin: { type: 'string', default: fileURLToPath(new URL('../bundle/ovskit.cjs', import.meta.url)) },
    json: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds ?? (values.short ? 10 : 60));

/** Name, command and its target: the milliseconds above `node -e 0`. */
const contestants: [name: string, words: string[], target?: string][] = [
  ['node -e 0', [process.execPath, '-e', '0']],
  ['ovskit vsctl --version', [process.execPath, values.bin, 'vsctl', '--version'], '<= 30'],
  ['ovskit vsctl list-br', [process.execPath, values.bin, 'vsctl', 'list-br'], '<= 45'],
  ['ovs-vsctl list-br', ['ovs-vsctl', 'list-br']],
];

const sandbox = await startSandbox({ vswitchd: false, network: 'current', datapath: 'dummy' });
const took: number[][] = contestants.map(() => []);
try {
  const env = { ...process.env, ...sandbox.env };
  // The first round fills the caches and is not counted; who goes first changes.
  for (let round = -1; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const index = (turn + round + 1) % contestants.length;
      const [name, [program, ...words]] = contestants[index]!;
      const start = performance.now();
      const { status, stderr } = spawnSync(program!, words, { env, encoding: 'utf8' });
      const elapsed = performance.now() - start;
      if (status !== 0) throw new Error(`${name}: ${status}: ${stderr}`);
      if (round >= 0) took[index]!.push(elapsed);
    }
  }
} finally {
  await sandbox.stop();
}

const all = contestants.map(([name], index) => contestant(name, took[index]!));
const floor = all[0]!;
/** Milliseconds above Node's own start: the medians' difference. */
const ratios: Ratio[] = contestants.slice(1).map(([name, , target], index) => ({
  of: `${name} - node -e 0, in ms`,
  value: all[index + 1]!.value - floor.value,
  ...(target === undefined ? {} : { target }),
}));
const what = 'a process from its start to its end';
const measures: Measure[] = [{ what, unit: 'ms', better: 'less', contestants: all, ratios }];
hand({ bench: 'start', title: 'Starting the command line', missing: [], measures });
