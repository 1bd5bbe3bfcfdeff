#!/usr/bin/env node
// `npm run test:native:asan`: the native tests under AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer. Takes
// root. --short runs the exercise alone; --workers N has it terminate that many workers.
import { parseArgs } from 'node:util';
import { runTool } from './lib/child.mjs';
import { SetupError } from './lib/errors.mjs';
import { buildSanitized, runSanitized } from './lib/sanitizer.mjs';

const { values } = parseArgs({
  options: { short: { type: 'boolean', default: false }, workers: { type: 'string', default: '40' } },
});

/** @param {string} line */
const say = (line) => process.stdout.write(`asan: ${line}\n`);

async function main() {
  const started = performance.now();
  if (process.geteuid?.() !== 0) throw new SetupError('this takes root: the tests make devices and namespaces');
  await buildSanitized(say);
  const runs = [['dist/test/native/exercise.js', '--workers', values.workers]];
  runs.push(['dist/test/native/fuzz.js', '--seconds', values.short ? '2' : '20']);
  if (!values.short) runs.push(['node_modules/ava/entrypoints/cli.mjs', '--serial', 'dist/test/netdev/**/*.test.js']);
  let failed = false;
  for (const args of runs) {
    say(`node ${args.join(' ')}`);
    const { status, findings } = await runSanitized(args);
    for (const finding of findings) say(`finding:\n${finding}`);
    if (status !== 0) say(`exit status ${status}`);
    if (status !== 0 || findings.length > 0) failed = true;
  }
  say(`${failed ? 'FAILED' : 'no error, no leak of ours'}, in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return failed ? 1 : 0;
}

process.exitCode = await runTool(say, main);
