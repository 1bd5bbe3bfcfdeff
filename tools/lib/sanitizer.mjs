// The addon compiled with sanitizers, programs run with it, and what the sanitizers found.
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { follow, runStep } from './child.mjs';
import { Interrupted } from './errors.mjs';
import { hashOf, listFiles, readIfThere, writeWithDirectory } from './files.mjs';
import { withLock } from './lock.mjs';
import { headerPrefix } from './native.mjs';
import { inRoot, root, setupDirectory } from './paths.mjs';

/** A directory that node-gyp takes for a package; its build/ is apart from ours. */
const DIRECTORY = inRoot('build-asan');
const ADDON = join(DIRECTORY, 'build', 'Release', 'ovskit.node');
const STAMP = join(DIRECTORY, 'build', '.stamp');

const SANITIZE = '-fsanitize=address,undefined';
// Undefined behaviour ends the process, as a memory error does.
const FLAGS = { CXXFLAGS: `${SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1`, LDFLAGS: SANITIZE };

/**
 * Compiles it when its sources changed; one process at a time.
 * @param {(line: string) => void} say
 */
export function buildSanitized(say) {
  return withLock(join(setupDirectory, 'asan'), say, () => build(say));
}

/** @param {(line: string) => void} say */
async function build(say) {
  const facts = [JSON.stringify(FLAGS), process.arch, headerPrefix() ?? process.version];
  const stamp = hashOf(root, [inRoot('binding.gyp'), ...listFiles(inRoot('native'))], facts);
  if (existsSync(ADDON) && readIfThere(STAMP) === stamp) return;
  say('compiling the native addon with sanitizers');
  rmSync(DIRECTORY, { recursive: true, force: true });
  mkdirSync(DIRECTORY);
  for (const file of ['binding.gyp', 'package.json']) copyFileSync(inRoot(file), join(DIRECTORY, file));
  for (const name of ['native', 'node_modules']) symlinkSync(inRoot(name), join(DIRECTORY, name));
  const gyp = inRoot('node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const args = [gyp, 'rebuild', '--directory', DIRECTORY, '--jobs', String(availableParallelism())];
  const prefix = headerPrefix();
  await runStep('asan', process.execPath, args, { ...FLAGS, ...(prefix ? { npm_config_nodedir: prefix } : {}) });
  writeWithDirectory(STAMP, stamp);
}

/**
 * Runs Node with the sanitized addon in place of the other.
 * @param {string[]} args
 * @returns {Promise<{ status: number, findings: string[] }>}
 * @throws {Interrupted}
 */
export async function runSanitized(args) {
  const reports = mkdtempSync(join(tmpdir(), 'ovskit-asan-'));
  const log = `log_path=${join(reports, 'report')}`;
  const env = {
    ...process.env,
    // node-gyp-build looks there first.
    OVSKIT_PREBUILD: DIRECTORY,
    // Node itself is not sanitized, so the runtime has to be there before it.
    LD_PRELOAD: execFileSync('g++', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim(),
    // Leaks don't change the exit status: most are Node's own, or those of a program that a test runs. We read the reports.
    // Each frame names its module, by which we know ours.
    ASAN_OPTIONS: `detect_leaks=1:exitcode=0:stack_trace_format='    #%n %F %L (%m)':${log}`,
    UBSAN_OPTIONS: `print_stacktrace=1:${log}`,
  };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  try {
    const { status, interruptedBy } = await follow(child);
    if (interruptedBy) throw new Interrupted(interruptedBy);
    return { status, findings: listFiles(reports).flatMap((file) => findingsIn(readFileSync(file, 'utf8'))) };
  } finally {
    rmSync(reports, { recursive: true });
  }
}

/**
 * Every memory error and undefined behaviour counts; a leak does when the addon is in its stack.
 * @param {string} report
 */
function findingsIn(report) {
  const paragraphs = report.split(/\n\s*\n/);
  const leaks = paragraphs.filter((text) => /(?:Direct|Indirect) leak of/.test(text) && text.includes('ovskit.node'));
  const errors = /ERROR: AddressSanitizer|runtime error:/.test(report) ? [report.slice(0, 6000)] : [];
  return [...errors, ...leaks];
}
