import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import * as netdev from '../../src/netdev/index.js';

const file = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const text = readFileSync(file('docs/netdev.md'), 'utf8');

/** What works on no device: it checks, reads or writes a text. */
const HELPERS = ['checkDeviceName', 'formatMac', 'isNoDevice', 'parseMac'];

const operations = Object.entries(netdev)
  .filter(([name, value]) => typeof value === 'function' && /^[a-z]/.test(name) && !HELPERS.includes(name))
  .map(([name]) => name);

/** The rows of the tables of operations: their cells. */
const rows = text
  .split(/^(?=\| operation \|)/m)
  .slice(1)
  .flatMap((part) =>
    part
      .slice(0, part.search(/\n(?!\|)/))
      .split('\n')
      .slice(2),
  )
  .map((row) => row.split(/(?<!\\)\|/).slice(1, -1));

test('the tables list every operation that is exported, and no other', (t) => {
  const listed = rows.flatMap(([names = '']) => [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? ''));
  const known = Object.keys(netdev);
  t.deepEqual(
    operations.filter((name) => !listed.includes(name)),
    [],
  );
  // Options stand in the tables too; a row begins with an operation.
  for (const [names = ''] of rows) t.true(known.includes(/`(\w+)`/.exec(names)?.[1] ?? ''), names);
});

test('each has an equivalent, a test that is there, and a kernel', (t) => {
  t.true(rows.length > 40);
  const places = ['test/netdev', 'test/netdev/rtnetlink', 'test/vm/guest'];
  for (const [names = '', equivalent = '', tests = '', kernel = ''] of rows) {
    t.regex(equivalent, /\w/, names);
    t.regex(kernel, /any|guest/, names);
    for (const name of tests.replace(/\(.*?\)/g, '').split(',')) {
      t.true(
        places.some((place) => existsSync(file(`${place}/${name.trim()}.test.ts`))),
        `${names}: ${name}`,
      );
    }
  }
});
