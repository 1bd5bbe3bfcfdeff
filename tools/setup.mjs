#!/usr/bin/env node
// `npm run setup`: makes the checkout ready to run. With --native, the native addon only.
import { setUp } from './lib/setup.mjs';

const args = process.argv.slice(2);
const unknown = args.find((arg) => arg !== '--native');
if (unknown === undefined) {
  process.exitCode = await setUp({ nativeOnly: args.includes('--native') });
} else {
  process.stderr.write(`setup: unknown argument ${unknown}; usage: node tools/setup.mjs [--native]\n`);
  process.exitCode = 2;
}
