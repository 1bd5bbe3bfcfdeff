/**
 * `npm run fuzz [MINUTES [TARGET...]]`: feeds what reads foreign input with inputs made at random, a few seconds each in turn.
 * Keeps what breaks a property under test/fuzz/found, and then ends with status 1.
 */
import { fuzz, keep } from './fuzz.js';
import { targets } from './targets/index.js';

const [minutes = '1', ...names] = process.argv.slice(2);
const unknown = names.filter((name) => !targets.some((target) => target.name === name));
if (!(Number(minutes) > 0) || unknown.length > 0) {
  process.stderr.write(`npm run fuzz [MINUTES [${targets.map(({ name }) => name).join('|')}]...]\n`);
  process.exit(2);
}
const chosen = names.length > 0 ? names : targets.map(({ name }) => name);
const end = Date.now() + Number(minutes) * 60_000;
const runs = new Map<string, number>();
let status = 0;
while (Date.now() < end) {
  for (const target of chosen) {
    const seed = (Math.random() * 2 ** 32) >>> 0;
    const milliseconds = Math.max(0, Math.min(5_000, end - Date.now()));
    const { runs: done, finding } = await fuzz({ target, seed, runs: Number.POSITIVE_INFINITY, milliseconds });
    runs.set(target, (runs.get(target) ?? 0) + done);
    if (!finding) continue;
    status = 1;
    process.stdout.write(`${target}, seed ${seed}: ${keep(target, finding.input)}\n${finding.what}\n`);
  }
}
for (const [target, count] of runs) process.stdout.write(`${target}: ${count} inputs\n`);
process.exitCode = status;
