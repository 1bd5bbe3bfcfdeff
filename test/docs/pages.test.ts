import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { pages, root, textOf } from './blocks.js';

test('every relative link leads to a file', (t) => {
  const links = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, to = '']) => join(dirname(page), to)),
  );
  t.true(links.length > 5);
  t.deepEqual(
    links.filter((to) => !existsSync(join(root, to))),
    [],
  );
});

test('the README names every command and every entry point', (t) => {
  const readme = textOf('README.md');
  const main = readFileSync(join(root, 'src/cli/main.ts'), 'utf8');
  const commands = [...main.matchAll(/^ {2}(\w+): async \(\) => \{$/gm)].map(([, name]) => `ovskit ${name} `);
  const { exports } = JSON.parse(textOf('package.json')) as { exports: Record<string, string> };
  const entries = Object.keys(exports)
    .filter((entry) => !entry.endsWith('.json'))
    .map((entry) => `| \`ovskit${entry.slice(1)}\` |`);
  t.true(commands.length >= 6 && entries.length >= 6);
  t.deepEqual(
    [...commands.map((name) => name.trimEnd()), ...entries].filter((name) => !readme.includes(name)),
    [],
  );
});
