// TypeScript to dist/, compiled when the sources changed.
import { existsSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runStep } from './child.mjs';
import { hashOf, listFiles, readIfThere, writeWithDirectory } from './files.mjs';
import { inRoot, root } from './paths.mjs';

/** The folders that tsconfig.json includes. */
const FOLDERS = ['src', 'test', 'bench', 'tools'];

/** Removed together with the output. */
const STAMP = inRoot('dist', '.setup-stamp');
const BUILD_INFO = inRoot('dist', '.tsbuildinfo');

/** What tsc writes for a source file. */
const OUTPUTS = ['.js', '.js.map', '.d.ts'];

/** @param {(line: string) => void} say */
export async function compile(say) {
  const sources = FOLDERS.flatMap((folder) => listFiles(inRoot(folder))).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.d.ts'),
  );
  const compiler = readIfThere(inRoot('node_modules', 'typescript', 'package.json')) ?? '';
  const stamp = hashOf(root, [inRoot('tsconfig.json'), ...sources], [compiler]);
  const expected = new Set(sources.flatMap(outputsOf));
  removeStale(expected);
  const complete = [...expected].every((file) => existsSync(file));
  if (complete && readIfThere(STAMP) === stamp) return;
  // Incremental compilation does not notice that its output has gone.
  if (!complete && existsSync(STAMP)) rmSync(BUILD_INFO, { force: true });
  say('compiling TypeScript');
  await runStep('tsc', process.execPath, [inRoot('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json']);
  writeWithDirectory(STAMP, stamp);
}

/** @param {string} source */
function outputsOf(source) {
  const stem = inRoot('dist', relative(root, source).replace(/\.ts$/, ''));
  return OUTPUTS.map((extension) => stem + extension);
}

/**
 * A test whose source was deleted must not go on running.
 * @param {Set<string>} expected
 */
function removeStale(expected) {
  for (const file of FOLDERS.flatMap((folder) => listFiles(join(inRoot('dist'), folder)))) {
    if (!expected.has(file) && OUTPUTS.some((extension) => file.endsWith(extension))) rmSync(file);
  }
}
