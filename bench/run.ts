/**
 * `npm run bench`: every measurement in its short form, one after the other; names behind it choose some.
 * Each prints its own table. Ends with status 1 when a target was missed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';

const all = ['framer', 'latency', 'dump', 'netdev-create', 'netdev-read', 'start', 'vsctl', 'vsctl-warm'];

const { values, positionals } = parseArgs({ allowPositionals: true, options: { full: { type: 'boolean' } } });
const unknown = positionals.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`bench: no measurement ${unknown.join(', ')}; there are ${all.join(', ')}`);
  process.exit(2);
}
let missed = 0;
for (const name of positionals.length > 0 ? positionals : all) {
  console.log(`\n# ${name}`);
  const script = new URL(`./${name}.js`, import.meta.url).pathname;
  const child = spawn(process.execPath, [script, ...(values.full ? [] : ['--short'])], { stdio: 'inherit' });
  const [status] = await once(child, 'exit');
  if (status !== 0) missed++;
}
process.exitCode = missed > 0 ? 1 : 0;
