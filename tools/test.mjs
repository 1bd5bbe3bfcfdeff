#!/usr/bin/env node
// `npm test`: sets up, checks format and lint, and runs the tests. Arguments go to AVA: files, --match, --serial.
// The last line is "N passed, N failed", with ", N skipped" when there are any.
import { runTests } from './lib/tests.mjs';

process.exitCode = await runTests(process.argv.slice(2));
