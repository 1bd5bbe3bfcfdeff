import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { arrowsOf } from './picture.js';
import { readTree } from './tree.js';

// Compiled to dist/test/architecture.
const page = readFileSync(join(import.meta.dirname, '../../../ARCHITECTURE.md'), 'utf8');

test('the picture in ARCHITECTURE.md shows the imports between the folders', (t) => {
  const [, picture = ''] = /^```mermaid\n(.*?)^```$/ms.exec(page) ?? [];
  const drawn = picture.split('\n').flatMap((line) => {
    const [, from, targets = ''] = /^ *(\w+) --> ([\w &]+)$/.exec(line) ?? [];
    return from === undefined ? [] : targets.split(' & ').map((to) => `${from} --> ${to}`);
  });
  t.deepEqual(drawn.toSorted(), arrowsOf(readTree()).toSorted());
});

test('every folder of src/ is in the tour', (t) => {
  const folders = new Set(
    [...readTree().keys()].filter((path) => path.includes('/')).map((path) => path.split('/')[0]),
  );
  t.deepEqual(
    [...folders].filter((folder) => !page.includes(`| \`src/${folder}/\` |`)),
    [],
  );
});

test('arrows that follow from others are left out', (t) => {
  const tree = new Map([
    ['a/x.ts', "import '../b/x.js';\nimport '../c/x.js';"],
    ['b/x.ts', "import '../c/x.js';"],
    ['c/x.ts', "import build from 'node-gyp-build';"],
  ]);
  t.deepEqual(arrowsOf(tree), ['a --> b', 'b --> c', 'c --> native']);
});
