import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { follow, runStep } from './child.mjs';
import { Interrupted, SetupError } from './errors.mjs';
import { inRoot, root } from './paths.mjs';
import { Progress } from './progress.mjs';
import { setUp } from './setup.mjs';
import { TapReader } from './tap.mjs';

/**
 * Sets up, lints, runs AVA and prints the counts.
 * @param {string[]} args for AVA
 * @returns {Promise<number>} the exit status
 */
export async function runTests(args) {
  const started = Date.now();
  const progress = new Progress();
  const setupStatus = await setUp();
  const lintStatus = setupStatus === 0 ? await lint(progress) : 0;
  const counts = { passed: 0, failed: 0, skipped: 0 };
  let status = setupStatus || (lintStatus > 128 ? lintStatus : 0);
  if (status === 0) status = await withTemporary((directory) => runAva(args, counts, progress, directory));
  if (setupStatus !== 0 || lintStatus !== 0) counts.failed += 1;
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  progress.print(`in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  progress.print(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
  return status || (counts.failed > 0 ? 1 : 0);
}

/**
 * Formatter and linter; a finding is one failure.
 * @param {Progress} progress
 */
async function lint(progress) {
  try {
    // Its binary is native; this only starts it.
    const biome = inRoot('node_modules', '@biomejs', 'biome', 'bin', 'biome');
    await runStep('lint', process.execPath, [biome, 'check', '--colors=off', '.']);
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return error.status;
    if (!(error instanceof SetupError)) throw error;
    progress.print(error.message);
    return 1;
  }
}

/**
 * One directory for all temporary files of the tests: those of a test that is killed go with it too.
 * @param {(directory: string) => Promise<number>} work
 */
async function withTemporary(work) {
  // A short name: sockets lie deep in it, and their paths have 107 bytes at most.
  const directory = mkdtempSync(join(tmpdir(), 'ovskit-t'));
  try {
    // As /tmp: some tests act as another user.
    chmodSync(directory, 0o1777);
    return await work(directory);
  } finally {
    // The guards of the sandboxes may be at it as well.
    rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

/**
 * @param {string[]} args
 * @param {{ passed: number, failed: number, skipped: number }} counts
 * @param {Progress} progress
 * @param {string} temporary the directory for temporary files
 */
async function runAva(args, counts, progress, temporary) {
  const tap = new TapReader((test) => progress.test(test));
  const ava = inRoot('node_modules', 'ava', 'entrypoints', 'cli.mjs');
  // A process group of its own, so that a signal stops AVA's workers too; the tests have no standard input.
  const child = spawn(
    process.execPath,
    [ava, '--tap', '--config', inRoot('tools', 'lib', 'ava.config.mjs'), ...args.map(compiled)],
    {
      cwd: root,
      detached: true,
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  child.stdout.setEncoding('utf8').on('data', (chunk) => tap.write(chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk) => progress.output(chunk));
  const { status, interruptedBy } = await follow(child, { group: true });
  tap.end();
  progress.end();
  Object.assign(counts, { passed: tap.passed, failed: tap.failed, skipped: tap.skipped });
  if (interruptedBy) {
    const { message, status } = new Interrupted(interruptedBy);
    counts.failed += 1;
    progress.print(message);
    return status;
  }
  const problem = problemOf(tap, status);
  if (problem) {
    counts.failed += Math.max(1, tap.unreportedFailures ?? 0);
    progress.print(`not ok: ${problem}`);
  }
  return counts.failed > 0 ? 1 : 0;
}

/**
 * What makes the run a failure though no test says so.
 * @param {TapReader} tap
 * @param {number} status
 */
function problemOf(tap, status) {
  if (tap.unreportedFailures === undefined)
    return `the test runner ended with exit status ${status} before its summary`;
  if (tap.unreportedFailures > 0) return `${tap.unreportedFailures} tests did not finish`;
  if (tap.passed + tap.failed === 0) return 'no test was run';
  if (status !== 0 && tap.failed === 0) return `the test runner ended with exit status ${status}`;
  return undefined;
}

/**
 * A test's source may be named too: test/base/x.test.ts is dist/test/base/x.test.js.
 * @param {string} arg
 */
function compiled(arg) {
  return arg.replace(/^(?:\.\/)?(test\/.*\.test)\.ts$/, 'dist/$1.js');
}
