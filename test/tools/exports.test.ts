import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { deadExports } from './exports.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Every source of the folders, by its path in the project. */
function readProject(): Map<string, string> {
  const files = ['src', 'test', 'bench', 'tools', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.m?[tj]s$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return new Map(files.map((file) => [relative(root, file), readFileSync(file, 'utf8')]));
}

const entryPoints = Object.values<string>(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).exports)
  .filter((file) => file.endsWith('.js'))
  .map((file) => file.replace(/^\.\/dist\//, '').replace(/\.js$/, '.ts'));

/** What only generated code imports: tools/lib/bundle.mjs has it start the bundle. */
const BUNDLE = 'src/cli/launch.ts';

const dead = (files: Record<string, string>, roots: string[] = ['index.ts']) =>
  deadExports(new Map(Object.entries(files)), roots);

test('src: everything that is exported is published or imported by somebody', (t) => {
  const found = deadExports(readProject(), [...entryPoints, BUNDLE]).filter((name) => name.startsWith('src/'));
  t.deepEqual(found, []);
});

test('a declaration that nobody imports is dead, in whatever form', (t) => {
  const text = `export const a = 1;\nexport async function b() {}\nexport abstract class C {}\nexport interface D {}
export type E = 1;\nexport enum F {}\nconst g = 1;\nexport { g, g as h };\n// export const no = 1;\n`;
  t.deepEqual(
    dead({ 'x.ts': text }, [])
      .map((name) => name.slice('x.ts: '.length))
      .sort(),
    'C D E F a b g h'.split(' '),
  );
});

test('an import, of whatever form, keeps what it names alive', (t) => {
  const x =
    'export const a = 1;\nexport const b = 1;\nexport type C = 1;\nexport const d = 1;\nexport const e = 1;\nexport const f = 1;';
  const y = `import { a, type C } from './x.js';
const { b: mine } = await import('./x.js');
const d = async () => (await import('./x.js')).d;
type E = typeof import('./x.js').e;`;
  t.deepEqual(dead({ 'x.ts': x, 'y.ts': y }), ['x.ts: f']);
  t.deepEqual(dead({ 'x.ts': x, 'y.ts': "import * as x from './x.js';" }), []);
  t.deepEqual(dead({ 'x.ts': x, 'y.ts': "load(import('./x.js'));" }), []);
});

test('names that are handed on live as long as somebody takes them at the end', (t) => {
  const files = {
    'deep.ts': 'export const a = 1;\nexport const b = 1;\nexport const c = 1;',
    'folder/index.ts': "export { a, b as other } from '../deep.js';\nexport * from './more.js';",
    'folder/more.ts': 'export const m = 1;\nexport const n = 1;',
    'user.ts': "import { a, m } from './folder/index.js';",
  };
  t.deepEqual(dead(files), ['deep.ts: b', 'deep.ts: c', 'folder/index.ts: other', 'folder/more.ts: n']);
  t.deepEqual(dead(files, ['folder/index.ts']), ['deep.ts: c']);
});
