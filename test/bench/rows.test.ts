import { readFileSync } from 'node:fs';
import test from 'ava';
import { BENCHES, NOT_IN_SHORT } from '../../bench/lib/list.js';
import type { Measure, Results } from '../../bench/lib/results.js';
import { againBy, ROWS, rowOf, TAKEN_ON, takenOn, withNumbers } from '../../bench/lib/rows.js';
import { cellsOf, GOAL } from '../../bench/plug/cells.js';
import { measuresOf } from '../../bench/plug/measures.js';
import { smallResults } from './fixture.js';

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

/** Results that have what README's rows are made of; every number is the same. */
function allResults(value: number): Results {
  const names = [
    'ovskit',
    'ovs-vsctl loop',
    'ovsdbapp',
    'os-vif native',
    'ovs-vsctl',
    'Python IDL',
    'processes in a shell loop',
    'processes started by Node',
    'ovskit vsctl list-br',
    'ovs-vsctl list-br',
    'node -e 0',
  ];
  const measure = (what: string): Measure => ({
    what,
    unit: '',
    better: 'less',
    contestants: names.map((name) => ({ name, value })),
    ratios: [],
  });
  const reports = BENCHES.map((bench) => ({
    bench,
    title: bench,
    missing: [],
    measures: ROWS.filter((row) => row.bench === bench).flatMap((row) => row.of.map(measure)),
  }));
  return { ...smallResults(), reports };
}

test("README's table has the rows that the benchmarks give numbers for, in their order, and says how to take them again", (t) => {
  const withCommand = readme
    .split('\n')
    .filter((line) => /^\|.*`npm run bench/.test(line))
    .map((line) => line.split(' | '))
    .map((cells) => [cells[0]!.slice(2), /`npm.*`/.exec(cells.at(-1)!)![0]]);
  t.deepEqual(
    withCommand,
    ROWS.map((row) => [row.label, againBy(row)]),
  );
});

test("npm run bench takes all that README's table is made of", (t) => {
  t.deepEqual(
    NOT_IN_SHORT.filter((name) => !BENCHES.some((bench) => bench === name)),
    [],
  );
  for (const { bench } of ROWS) t.false(NOT_IN_SHORT.includes(bench), bench);
});

test('new numbers go into their rows, and nothing else of README changes', (t) => {
  const before = readme.split('\n');
  const after = withNumbers(readme, allResults(1234)).split('\n');
  t.is(after.length, before.length);
  const changed = after.filter((line, index) => line !== before[index]);
  t.is(changed.length, ROWS.length + 1, 'the rows, and the line that tells what they were taken on');
  t.true(changed.at(-1)!.startsWith(TAKEN_ON));
  t.regex(
    changed[0]!,
    /\| 1,234 a second \| 1,234 a second \| ovsdbapp 1,234 a second; os-vif native 1,234 a second \|/,
  );
  t.false(changed.join('').includes('¹'));
  t.is(withNumbers(after.join('\n'), allResults(1234)), after.join('\n'));
});

test("the line below README's table tells what the rivals did less of", (t) => {
  t.regex(
    takenOn(smallResults()),
    /^Taken on 2026-01-02 by `npm run bench`, .* a rival plugged 4 a round, .* ovs-vsctl ran 40, and its time is 25 times theirs\.$/,
  );
  const full = takenOn({ ...smallResults(), mode: 'full' });
  t.regex(full, /by `npm run bench:full`, .* a rival plugged 8 a round, of which its rate is\.$/);
});

test('a rival that was not measured is told; a number of ours that is missing is an error', (t) => {
  const results = allResults(5);
  const add = results.reports.find(({ bench }) => bench === 'vsctl')!.measures[0]!;
  add.contestants = add.contestants.filter(({ name }) => name === 'ovskit');
  const row = ROWS.find(({ of }) => of.includes(add.what))!;
  t.regex(rowOf(row, results), /\| 5\.00 ms \| not measured \| \|/);
  add.contestants = [];
  t.throws(() => rowOf(row, results), { message: /nothing of ovskit/ });
  t.throws(() => rowOf(row, { ...results, reports: [] }), {
    message: /the results have no "add-port on 20,000 ports"/,
  });
});

test('the plugs in README are those that the targets are about, in the short form and in the long one', (t) => {
  const run = { seconds: 1, latencies: [1], cpu: 1 };
  const who = { name: 'ovskit', run: async () => run, [Symbol.asyncDispose]: async () => {} };
  for (const form of ['short', 'full', 'goal'] as const) {
    const cell = cellsOf(form).find(({ ports, callers }) => ports === GOAL.ports && callers === GOAL.callers)!;
    t.is(cell.ovskit.count, 1000);
    t.truthy(cell.rivals);
    const samples = [{ plug: run, unplug: run, switchCpu: 1 }];
    const [plug] = measuresOf(cell, [{ who, share: cell.ovskit, samples }]);
    t.deepEqual(ROWS[0]!.of, [plug!.what]);
  }
});
