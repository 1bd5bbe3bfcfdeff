import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** Codes that end a command of the CLI, and never reach a program that uses the library. */
const INTERNAL = /^ERR_(CLI|JSON)_/;

function codesIn(text: string): Set<string> {
  return new Set([...text.matchAll(/['`](ERR_[A-Z_]+)['`]/g)].map((match) => match[1] as string));
}

test('docs/errors.md lists just the codes that the code has', (t) => {
  const used = ['src', 'tools'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|mjs)$/.test(name))
      .map((name) => codesIn(readFileSync(join(root, folder, name), 'utf8').replaceAll(/^ *(\/?\*|\/\/).*$/gm, ''))),
  );
  const codes = new Set(used.flatMap((set) => [...set]).filter((code) => !INTERNAL.test(code)));
  const documented = codesIn(
    readFileSync(join(root, 'docs/errors.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `ERR'))
      .map((line) => line.split('|')[1])
      .join('\n'),
  );
  t.deepEqual(
    [...codes].filter((code) => !documented.has(code)),
    [],
    'codes that the page lacks',
  );
  t.deepEqual(
    [...documented].filter((code) => !codes.has(code)),
    [],
    'codes that nothing throws',
  );
});

test('each code has a cause and a cure', (t) => {
  const rows = readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/^\| `ERR.*$/gm);
  const incomplete = [...rows].filter(([row]) => !/^\| `\w+` \| \S.* \| \S.* \|$/.test(row));
  t.deepEqual(
    incomplete.map(([row]) => row),
    [],
  );
});
