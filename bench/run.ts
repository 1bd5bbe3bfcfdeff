/**
 * `npm run bench`: measurements in their short form, one after the other; names behind it choose some, `--full` takes all of them
 * in the long form (`npm run bench:full`). Each has fixed counts: nothing is left out because the machine is slow. Prints a table for
 * each, and writes results.json and index.html to build/bench/, or to `--out DIR`; `--page FILE` makes the page of results that
 * are there already. Ends with status 1 when a target was missed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import './lib/help.js';
import { BENCHES, NOT_IN_SHORT } from './lib/list.js';
import { describeMachine } from './lib/machine.js';
import { missedTargets, parseReport, parseResults, type Report, type Results } from './lib/results.js';
import { formatReport, formatValue } from './lib/text.js';
import { renderPage } from './page/page.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: 'boolean', default: false },
    out: { type: 'string', default: fileURLToPath(new URL('../../build/bench', import.meta.url)) },
    page: { type: 'string' },
  },
});
const all: readonly string[] = BENCHES;
const unknown = positionals.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`bench: no measurement ${unknown.join(', ')}; there are ${all.join(', ')}`);
  process.exit(2);
}

/** The report that a benchmark printed, if it printed one. */
function reportIn(output: string): Report | undefined {
  try {
    return parseReport(JSON.parse(output));
  } catch {
    return undefined;
  }
}

async function measure(name: string, results: Results): Promise<boolean> {
  console.log(`\n# ${name}`);
  const script = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const args = [script, '--json', ...(values.full ? [] : ['--short'])];
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const report = reportIn(output);
  if (report) results.reports.push(report);
  else results.others.push({ bench: name, failed: status !== 0, text: output.trimEnd() });
  console.log(report ? formatReport(report) : output.trimEnd());
  console.log(`(${formatValue((performance.now() - started) / 1000, 's')})`);
  return status === 0;
}

function write(name: string, text: string): void {
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, name), text);
}

function writeAll(results: Results): void {
  write('results.json', `${JSON.stringify(results)}\n`);
  write('index.html', renderPage(results));
}

async function main(): Promise<number> {
  if (values.page !== undefined) {
    // The results of the last run stay what they are.
    write('index.html', renderPage(parseResults(JSON.parse(readFileSync(values.page, 'utf8')))));
    console.log(join(values.out, 'index.html'));
    return 0;
  }
  const results: Results = {
    format: 1,
    when: new Date().toISOString(),
    mode: values.full ? 'full' : 'short',
    seconds: 0,
    machine: describeMachine(),
    reports: [],
    others: [],
  };
  const started = performance.now();
  const failed: string[] = [];
  const usual = values.full ? all : all.filter((name) => !NOT_IN_SHORT.includes(name));
  for (const name of positionals.length > 0 ? positionals : usual) {
    if (!(await measure(name, results))) failed.push(name);
    results.seconds = (performance.now() - started) / 1000;
    // What is there stays when it is interrupted.
    writeAll(results);
  }
  const missed = results.reports.flatMap(missedTargets);
  console.log(`\n${formatValue(results.seconds, 's')} in all`);
  if (positionals.length === 0 && !values.full) {
    console.log(`in npm run bench:full, or by name: ${NOT_IN_SHORT.join(', ')}`);
  }
  for (const { measure, ratio } of missed) {
    console.log(`MISSED: ${measure.what}: ${ratio.of} is ${ratio.value.toFixed(2)}, target ${ratio.target}`);
  }
  console.log(`\n${join(values.out, 'results.json')}\n${join(values.out, 'index.html')}`);
  return failed.length > 0 ? 1 : 0;
}

process.exitCode = await main();
