#!/usr/bin/env node
// `npm run coverage:native`: runs the native tests with an addon that counts (gcov), and tells which part of native/ ran. Takes
// root. Ends with status 1 below 85% of the lines.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { runChild } from './lib/child.mjs';
import { SetupError } from './lib/errors.mjs';
import { listFiles } from './lib/files.mjs';
import { buildVariant, variantDirectory } from './lib/native-variant.mjs';
import { runWhenSetUp } from './lib/setup.mjs';

const REQUIRED = 85;

/** @type {import('./lib/native-variant.mjs').Variant} */
const VARIANT = {
  name: 'gcov',
  what: 'so that it counts',
  flags: { CXXFLAGS: '--coverage -O0', LDFLAGS: '--coverage' },
};

/** @param {string} line */
const say = (line) => process.stdout.write(`coverage: ${line}\n`);

/** Each line of native/ by file, and how often it ran in all the objects that have it. */
function counts() {
  const directory = mkdtempSync(join(tmpdir(), 'ovskit-gcov-'));
  /** @type {Map<string, Map<number, number>>} */
  const files = new Map();
  try {
    const data = listFiles(variantDirectory(VARIANT)).filter((file) => file.endsWith('.gcda'));
    if (data.length === 0) throw new SetupError('nothing was counted');
    execFileSync('gcov', ['--json-format', ...data], { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });
    for (const file of listFiles(directory)) {
      const report = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'));
      for (const { file: source, lines } of report.files) {
        const name = /(?:^|\/)(native\/[^/]+)$/.exec(source)?.[1];
        if (!name) continue;
        const seen = files.get(name) ?? new Map();
        files.set(name, seen);
        for (const { line_number: line, count } of lines) seen.set(line, (seen.get(line) ?? 0) + count);
      }
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  return files;
}

/** @param {Map<number, number>[]} files */
function share(files) {
  const lines = files.flatMap((file) => [...file.values()]);
  return (lines.filter((count) => count > 0).length / lines.length) * 100;
}

async function main() {
  if (process.geteuid?.() !== 0) throw new SetupError('this takes root: the tests make devices and namespaces');
  await buildVariant(VARIANT, say);
  const directory = variantDirectory(VARIANT);
  for (const file of listFiles(directory)) if (file.endsWith('.gcda')) rmSync(file);
  const env = { ...process.env, OVSKIT_PREBUILD: directory };
  let failed = false;
  for (const args of [
    ['dist/test/native/exercise.js', '--workers', '5'],
    ['node_modules/ava/entrypoints/cli.mjs', '--serial', 'dist/test/netdev/**/*.test.js'],
  ]) {
    say(`node ${args.join(' ')}`);
    const { status } = await runChild(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
    if (status !== 0) failed = true;
  }
  const files = [...counts()].filter(([, lines]) => lines.size > 0).sort(([a], [b]) => a.localeCompare(b));
  for (const [name, lines] of files) {
    const missed = [...lines].filter(([, count]) => count === 0).map(([line]) => line);
    say(`${share([lines]).toFixed(1).padStart(5)}%  ${name}  ${missed.sort((a, b) => a - b).join(' ')}`);
  }
  const all = share(files.map(([, lines]) => lines));
  say(`${all.toFixed(1)}% of the lines of native/, at least ${REQUIRED}% wanted`);
  if (failed) say('some tests failed, so this is not all that could run');
  return all >= REQUIRED && !failed ? 0 : 1;
}

process.exitCode = await runWhenSetUp(say, main);
