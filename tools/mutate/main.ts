#!/usr/bin/env node
import { constants } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mutate } from './mutations.js';
import { pick } from './sample.js';
import { TARGETS } from './targets.js';
import { type Mutant, mutantsOf, type Outcome, Workshop } from './workshop.js';

const USAGE = `Usage: npm run mutate -- [OPTION]... [SOURCE]...

Changes compiled code in one small place at a time, in a copy, and runs the quick tests that are about it. Prints those changes
that no test noticed. SOURCE is the start of a path, like src/ovsdb/values; without any, all of tools/mutate/targets.ts.

  -n, --sample N    only N of the changes of each target, chosen by the seed
  -s, --seed N      (1)
  -d, --deadline S  a change whose tests take longer, in seconds, counts as noticed (three times the unchanged, and ten)
  -h, --help

Exit status: 0, also when some survive; 1 when the unchanged code fails its tests; 2 wrong usage.
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      sample: { type: 'string', short: 'n', default: 'Infinity' },
      seed: { type: 'string', short: 's', default: '1' },
      deadline: { type: 'string', short: 'd' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [sample, seed] = [Number(values.sample), Number(values.seed)];
  const targets = TARGETS.filter(
    ({ source }) => positionals.length === 0 || positionals.some((start) => source.startsWith(start)),
  );
  if (values.help || !(sample > 0) || !Number.isInteger(seed) || targets.length === 0) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 2;
  }

  const root = join(import.meta.dirname, '../../..');
  using workshop = new Workshop(root);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      workshop[Symbol.dispose]();
      process.exit(128 + constants.signals[signal]);
    });
  }
  const counts: Record<Outcome, number> = { failed: 0, late: 0, passed: 0 };
  for (const { source, tests, slow = [] } of targets) {
    const stages: { tests: readonly string[]; deadline: number }[] = [];
    let time = 0;
    for (const stage of [tests, slow]) {
      if (stage.length === 0) continue;
      const unchanged = await workshop.test(stage, 600_000);
      if (unchanged.outcome !== 'passed') {
        console.log(`${source}: its tests fail as it is\n${unchanged.output}`);
        return 1;
      }
      const deadline = values.deadline ? Number(values.deadline) * 1000 : 3 * unchanged.time + 10_000;
      stages.push({ tests: stage, deadline });
      time += unchanged.time;
    }
    const all = mutantsOf(root, source);
    const chosen = pick(all, sample, seed);
    console.log(`${source}: ${chosen.length} of ${all.length}, at most ${(time / 1000).toFixed(1)} s each`);
    for (const mutant of chosen) {
      using _change = workshop.change(mutant.file, mutate(mutant.source, mutant.mutation));
      let outcome: Outcome = 'passed';
      for (const stage of stages) {
        if (outcome === 'passed') outcome = (await workshop.test(stage.tests, stage.deadline)).outcome;
      }
      counts[outcome] += 1;
      if (outcome === 'passed') console.log(tell(mutant));
    }
  }
  console.log(`${counts.failed} noticed, ${counts.late} by the deadline, ${counts.passed} survived`);
  return 0;
}

const tell = ({ place, text, mutation }: Mutant) => `  ${place}: ${mutation.what}: ${text}`;

process.exitCode = await main();
