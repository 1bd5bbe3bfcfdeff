/**
 * Prints the rows of README's comparison table, and the line below it, from results of `npm run bench`; with --write, puts them
 * into README.md.
 *
 *     node dist/bench/readme.js [RESULTS.json] [--write]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import './lib/help.js';
import { parseResults } from './lib/results.js';
import { ROWS, rowOf, takenOn, withNumbers } from './lib/rows.js';

const inRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false } },
});
const file = positionals[0] ?? inRoot('build/bench/results.json');
const results = parseResults(JSON.parse(readFileSync(file, 'utf8')));
if (values.write) writeFileSync(inRoot('README.md'), withNumbers(readFileSync(inRoot('README.md'), 'utf8'), results));
for (const row of ROWS) console.log(rowOf(row, results));
console.log(`\n${takenOn(results)}`);
