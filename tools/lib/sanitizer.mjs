// The addon compiled with sanitizers, programs run with it, and what the sanitizers found.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { listFiles } from './files.mjs';
import { buildVariant, variantDirectory } from './native-variant.mjs';

const SANITIZE = '-fsanitize=address,undefined';
/** @type {import('./native-variant.mjs').Variant} */
const VARIANT = {
  name: 'asan',
  what: 'with sanitizers',
  // Undefined behaviour ends the process, as a memory error does. Not optimized, which takes a fifth of the time to compile.
  flags: { CXXFLAGS: `${SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1 -O0`, LDFLAGS: SANITIZE },
};

/**
 * Compiles it when its sources changed; one process at a time.
 * @param {(line: string) => void} say
 */
export const buildSanitized = (say) => buildVariant(VARIANT, say);

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
    OVSKIT_PREBUILD: variantDirectory(VARIANT),
    // Node itself is not sanitized, so the runtime has to be there before it.
    LD_PRELOAD: execFileSync('g++', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim(),
    // Leaks don't change the exit status: most are Node's own, or those of a program that a test runs. We read the reports.
    // Each frame names its module, by which we know ours.
    ASAN_OPTIONS: `detect_leaks=1:exitcode=0:stack_trace_format='    #%n %F %L (%m)':${log}`,
    UBSAN_OPTIONS: `print_stacktrace=1:${log}`,
  };
  try {
    const { status } = await runChild(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
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
