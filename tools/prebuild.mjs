#!/usr/bin/env node
// Puts the addon of this machine into prebuilds/, where `npm pack` takes it and node-gyp-build finds it. On x64 with glibc,
// which is what a package brings; elsewhere nothing, and the addon is compiled where the package is installed.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from './lib/paths.mjs';
import { setUp } from './lib/setup.mjs';

/** @returns {boolean} */
function isGlibc() {
  /** @type {any} */
  const report = process.report?.getReport();
  return report?.header?.glibcVersionRuntime !== undefined;
}

process.exitCode = await setUp();
const directory = inRoot('prebuilds', 'linux-x64');
rmSync(inRoot('prebuilds'), { recursive: true, force: true });
if (process.exitCode === 0 && process.platform === 'linux' && process.arch === 'x64' && isGlibc()) {
  mkdirSync(directory, { recursive: true });
  const addon = join(directory, 'node.napi.glibc.node');
  copyFileSync(inRoot('build', 'Release', 'ovskit.node'), addon);
  execFileSync('strip', ['--strip-unneeded', addon]);
}
