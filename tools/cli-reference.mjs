#!/usr/bin/env node
// Writes docs/cli.md. Compile first.
import { writeFileSync } from 'node:fs';
import { cliReference } from './lib/cli-reference.mjs';
import { inRoot } from './lib/paths.mjs';

writeFileSync(inRoot('docs/cli.md'), await cliReference());
