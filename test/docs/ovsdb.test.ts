import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';

// Compiled to dist/test/docs.
const root = join(import.meta.dirname, '../../..');
const text = readFileSync(join(root, 'docs/ovsdb.md'), 'utf8');
const cited = [...text.matchAll(/`([\w/-]+\.test\.ts)`: “(.+?)”/g)].map(([, file, title]) => ({ file, title }));

test('docs/ovsdb.md cites a test in each row of its last table, and each is there', (t) => {
  const rows = text.slice(text.indexOf('| proof |')).split('\n').slice(2);
  t.deepEqual(
    rows.filter((row) => row.startsWith('|') && !row.includes('“')),
    [],
  );
  t.true(cited.length > 40);
  const missing = cited.filter(
    ({ file, title }) => !readFileSync(join(root, 'test/ovsdb', file as string), 'utf8').includes(title as string),
  );
  t.deepEqual(missing, []);
});
