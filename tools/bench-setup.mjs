#!/usr/bin/env node
// Installs the rivals that `npm run bench` measures ovskit against, those of Debian: python3-ovsdbapp and python3-os-vif. What
// can't be had is named, and the benchmarks run without it: the exit status is 0.
import { existsSync } from 'node:fs';
import { runTool } from './lib/child.mjs';
import { SetupError } from './lib/errors.mjs';
import { withLock } from './lib/lock.mjs';
import { setupDirectory } from './lib/paths.mjs';
import { aptInstall } from './lib/system-packages.mjs';

// Debian's own Python: another one does not see its packages.
const MODULES = '/usr/lib/python3/dist-packages';
const PACKAGES = { 'python3-openvswitch': 'ovs', 'python3-ovsdbapp': 'ovsdbapp', 'python3-os-vif': 'os_vif' };

/** @param {string} line */
const say = (line) => process.stdout.write(`bench-setup: ${line}\n`);

const missing = () =>
  Object.entries(PACKAGES)
    .filter(([, module]) => !existsSync(`${MODULES}/${module}`))
    .map(([name]) => name);

process.exitCode = await runTool(say, async () => {
  try {
    await withLock(setupDirectory, say, async () => {
      if (missing().length > 0) await aptInstall(say, missing());
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`goes on without: ${error.message}`);
  }
  return 0;
});
