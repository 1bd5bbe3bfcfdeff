import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { BENCHES } from '../../bench/lib/list.js';

const inBench = (path: string) => fileURLToPath(new URL(`../../../bench/${path}`, import.meta.url));

/** Targets as a benchmark's files have them, each once. */
function targetsOf(name: string): string[] {
  const folder = existsSync(inBench(name)) ? readdirSync(inBench(name)).map((file) => `${name}/${file}`) : [];
  const text = [`${name}.ts`, ...folder].map((file) => readFileSync(inBench(file), 'utf8')).join('\n');
  return [...new Set([...text.matchAll(/'([<>]= \d+(?:\.\d+)?)'/g)].map(([, target = '']) => target))].sort();
}

test('bench/README.md lists the targets that the benchmarks have, and no other', (t) => {
  const [, section = ''] = readFileSync(inBench('README.md'), 'utf8').split(/^## Targets$/m);
  const listed = new Map<string, Set<string>>(BENCHES.map((name) => [name, new Set()]));
  for (const [, name = '', target = ''] of section.matchAll(/^\| `([\w-]+)` \| .* \| ([<>]= [\d.]+) \|$/gm)) {
    t.truthy(listed.get(name)?.add(target), name);
  }
  for (const [name, targets] of listed) t.deepEqual([...targets].sort(), targetsOf(name), name);
  t.true([...listed.values()].filter(({ size }) => size > 0).length > 8);
});
