import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { declarations, typecheck } from '../support/typecheck.js';

// Compiled to dist/test/docs.
const root = join(import.meta.dirname, '../../..');
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].concat(
  readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
);
const textOf = (page: string) => readFileSync(join(root, page), 'utf8');

/** A page's programs (fragments import nothing), with the package's entry points where the build has them. */
function snippets(page: string): [name: string, text: string][] {
  const code = [...textOf(page).matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = '']) => text);
  const programs = code.filter((text) => /from 'ovskit\b/.test(text));
  return programs.map((text, index) => [
    `${page.replaceAll(/\W/g, '_')}_${index}`,
    text.replaceAll(/'ovskit((?:\/\w+)?)'/g, (_, entry) => `'${declarations}${entry}/index.js'`),
  ]);
}

test('the code on the pages compiles', async (t) => {
  t.timeout(120_000);
  const code = pages.flatMap(snippets);
  t.true(snippets('README.md').length >= 2);
  const errors = await typecheck(Object.fromEntries([...code, ['wrong', `${code[0]?.[1]}\nconst n: number = name;`]]));
  t.is(errors.get('wrong')?.length, 1, 'what is wrong is found');
  errors.delete('wrong');
  t.deepEqual(
    [...errors].filter(([, found]) => found.length > 0),
    [],
  );
});

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
