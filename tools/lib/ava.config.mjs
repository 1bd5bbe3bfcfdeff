// The project's AVA configuration, and the place of each failure besides: AVA's TAP names its own assertion instead.
import { relative } from 'node:path';
import config from '../../ava.config.js';
import { root } from './paths.mjs';

const FAILURES = new Set(['test-failed', 'hook-failed', 'uncaught-exception', 'unhandled-rejection']);

/**
 * The frames that are ours, without the runner's and Node's.
 * @param {string} stack
 */
const ownFrames = (stack) =>
  stack.split('\n').filter((line) => /^\s+at /.test(line) && !/node_modules\/ava\/|\bnode:/.test(line));

/** @param {{ events: AsyncIterable<any> }} run */
async function observeRun({ events }) {
  for await (const { type, title, testFile, err } of events) {
    if (!FAILURES.has(type) || !err?.stack) continue;
    const where = [testFile && relative(root, testFile), title].filter(Boolean).join(' › ');
    process.stderr.write(`${[`  stack of ${where}:`, ...ownFrames(err.stack)].join('\n')}\n`);
  }
}

export default { ...config, nonSemVerExperiments: { observeRunsFromConfig: true }, observeRun };
