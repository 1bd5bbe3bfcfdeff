#!/usr/bin/env node
// Writes the reference of the published entry points to build/api; a warning is an error. Typedoc and the TypeScript it needs
// are installed in .setup/api, by tools/api/package-lock.json and without scripts.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot, setupDirectory } from './lib/paths.mjs';

const place = join(setupDirectory, 'api');
mkdirSync(place, { recursive: true });

/** @param {string} command @param {string[]} args @param {string} cwd */
function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

for (const file of ['package.json', 'package-lock.json']) cpSync(inRoot('tools/api', file), join(place, file));
if (!existsSync(join(place, 'node_modules/typedoc')))
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], place);
run(
  process.execPath,
  [join(place, 'node_modules/typedoc/bin/typedoc'), '--options', inRoot('tools/api/typedoc.json')],
  inRoot(),
);
