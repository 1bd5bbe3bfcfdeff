#!/usr/bin/env node
// Writes share/: shell completion and the manual page, from the tables and helps of the commands. Compile first.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const { documents } = await import(new URL('../dist/src/cli/document/index.js', import.meta.url));
for (const [path, write] of Object.entries(documents)) {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, write());
}
