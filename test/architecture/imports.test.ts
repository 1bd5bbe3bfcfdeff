import test from 'ava';
import { circles, importsOf, layerViolations, type Tree } from './imports.js';
import { layers } from './layers.js';
import { readTree } from './tree.js';

const tree = (files: Record<string, string>): Tree => new Map(Object.entries(files));

test('src: imports point down only', (t) => {
  t.true(importsOf(readTree()).length > 10, 'the scanner sees the imports');
  t.deepEqual(layerViolations(readTree(), layers), []);
});

test('src: no circle of imports', (t) => {
  t.deepEqual(circles(readTree()), []);
});

test('the scanner sees every form of import, and none in comments and strings', (t) => {
  const text = [
    "import { a } from './a.js';",
    "import type { B } from '../base/b.js';",
    "export * from './c.js';",
    "import './d.js';",
    "const e = await import('./e.js');",
    "type F = import('./f.js').F;",
    "import {\n  g,\n} from './g.js';",
    "// import './no.js';",
    "/* import './no.js'; */ const url = 'http://x'; // from './no.js'",
    "export const no = './no.js';",
    "import fs from 'node:fs';",
  ].join('\n');
  const found = importsOf(tree({ 'ovsdb/x.ts': text })).map(({ to }) => to);
  t.deepEqual(found, ['ovsdb/a.ts', 'base/b.ts', 'ovsdb/c.ts', 'ovsdb/d.ts', 'ovsdb/e.ts', 'ovsdb/f.ts', 'ovsdb/g.ts']);
});

test('an import that points up is found, a type-only one too', (t) => {
  const planted = tree({ 'base/a.ts': "import type { B } from '../ovsdb/b.js';", 'ovsdb/b.ts': '' });
  t.deepEqual(layerViolations(planted, layers), ['base/a.ts imports ovsdb/b.ts: not a lower layer']);
  t.deepEqual(layerViolations(tree({ 'ovsdb/b.ts': "import '../base/a.js';", 'base/a.ts': '' }), layers), []);
});

test('an import between folders of one rank is found', (t) => {
  const planted = tree({ 'netdev/a.ts': "import '../jsonrpc/b.js';", 'jsonrpc/b.ts': '' });
  t.deepEqual(layerViolations(planted, layers), ['netdev/a.ts imports jsonrpc/b.ts: not a lower layer']);
});

test('a folder with a narrower list keeps to it', (t) => {
  const planted = tree({ 'sandbox/a.ts': "import '../ovsdb/b.js';", 'ovsdb/b.ts': '' });
  t.deepEqual(layerViolations(planted, layers), ['sandbox/a.ts imports ovsdb/b.ts: not in its allowed folders']);
});

test('a folder without a layer and an import that leads nowhere are found', (t) => {
  const planted = tree({ 'misc/a.ts': "import './nowhere.js';" });
  t.deepEqual(layerViolations(planted, layers), [
    'src/misc is in no layer: name it in test/architecture/layers.ts',
    'misc/a.ts imports misc/nowhere.ts, which is not in src/',
  ]);
});

test('a circle of any length is found', (t) => {
  const two = tree({ 'base/a.ts': "import './b.js';", 'base/b.ts': "export { A } from './a.js';" });
  t.deepEqual(circles(two), ['base/a.ts -> base/b.ts -> base/a.ts']);
  const types = tree({ 'base/a.ts': "import './b.js';", 'base/b.ts': "import type { A } from './a.js';" });
  t.deepEqual(circles(types), []);
  const three = tree({
    'base/a.ts': "import './b.js';",
    'base/b.ts': "import './c.js';",
    'base/c.ts': "import './b.js';\nimport './d.js';",
    'base/d.ts': '',
  });
  t.deepEqual(circles(three), ['base/b.ts -> base/c.ts -> base/b.ts']);
});
