#!/usr/bin/env node
// `npm run quickstart`: sets up, then runs the compiled quickstart and passes signals and the exit status on.
import { spawn } from 'node:child_process';
import { follow } from './lib/child.mjs';
import { inRoot } from './lib/paths.mjs';
import { setUp } from './lib/setup.mjs';

process.exitCode = await setUp();
if (process.exitCode === 0) {
  // In our process group, so that it stays in the terminal's foreground: Ctrl-C reaches it from the terminal, from npm
  // and from us, and it must take them as one.
  const child = spawn(process.execPath, [inRoot('dist/tools/quickstart.js'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  const { status } = await follow(child);
  process.exitCode = status;
}
