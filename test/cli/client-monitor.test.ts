import test from 'ava';
import { addTypes, type Fixture, startFixture } from './client/fixture.js';
import { Pair } from './client/pair.js';

/** Monitors of the stock tool and ours see the same changes, and print the same of them. */
let fixture: Fixture;

test.before(async (t) => {
  fixture = await startFixture(t);
});
test.after.always(() => fixture?.sandbox.stop());

const ZERO = '00000000-0000-0000-0000-000000000000';

const lines: readonly string[][] = [
  ['monitor', 'Types', 'Root'],
  ['monitor', 'Types', 'Root', 'name'],
  ['monitor', 'Types', 'Root', 'n,name'],
  ['monitor', 'Types', 'Root', 'name,!initial', 'n,!delete'],
  ['monitor', 'Types', 'ALL'],
  ['monitor', 'Types', 'ALL', '--timestamp'],
  ['monitor', 'Types', 'Every', '-f', 'list'],
  ['monitor', 'Types', 'Root', '-f', 'json'],
  ['monitor', 'Types', 'Root', '-f', 'json', '--pretty'],
  ['monitor', 'Types', 'Root', '-f', 'csv', '-d', 'bare'],
  ['monitor', 'Types', 'Root', '-f', 'html', '--no-headings'],
  ['monitor', 'Types', 'Root', '--no-db-change-aware'],
  ['monitor-cond', 'Types', '[]', 'Root'],
  ['monitor-cond', 'Types', '[true]', 'Every'],
  ['monitor-cond', 'Types', '[["n",">",5]]', 'Root', '-f', 'json'],
  ['monitor-cond', 'Types', '[["name","==","a"],["n","!=",3]]', 'Root', 'n'],
  ['monitor-cond-since', 'Types', '[true]', 'Root'],
  ['monitor-cond-since', 'Types', ZERO, '[["n","==",2]]', 'Root', 'n,name'],
  ['monitor-cond-since', 'Types', '[true]', 'Every', '--bare'],
];

const changes: readonly string[] = [
  '{"op":"insert","table":"Root","row":{"name":"new","n":7}}',
  '{"op":"update","table":"Root","where":[["name","==","new"]],"row":{"n":8}}',
  '{"op":"update","table":"Root","where":[["name","==","a"]],"row":{"n":3,"name":"a"}},' +
    '{"op":"insert","table":"Root","row":{"name":"one"}},{"op":"insert","table":"Root","row":{"name":"two","n":6}}',
  '{"op":"mutate","table":"Every","where":[["e","==","red"]],"mutations":[["ss","insert",["set",["more","b"]]],' +
    '["ss","delete","a"],["si","insert",42],["mss","delete",["set",["k"]]],["msi","insert",["map",[["c",3]]]],' +
    '["i","-=",1],["r","*=",2]]}',
  '{"op":"update","table":"Every","where":[["e","==","red"]],"row":{"s3":["set",["two","three","four"]],' +
    '"oi":["set",[]],"os":"x","e":"green","wref":["set",[]],"mrr":["map",[[1,3]]]}}',
  '{"op":"delete","table":"Root","where":[["name","==","new"]]}',
  '{"op":"delete","table":"Root","where":[]}',
  '{"op":"insert","table":"Root","row":{"name":"END","n":1000}},{"op":"insert","table":"Root","row":{"name":"a","n":2}},' +
    '{"op":"update","table":"Every","where":[],"row":{"s":"END"}}',
];

test.serial('initial contents, inserts, updates and deletes', async (t) => {
  const pairs = lines.map((args) => new Pair(args, fixture.env));
  t.teardown(() => Promise.all(pairs.map((pair) => pair.stop('SIGKILL'))));
  await Promise.all(pairs.map((pair) => pair.settle((text) => text !== '')));
  for (const change of changes) await fixture.stock('transact', `["Types",${change}]`);
  await Promise.all(pairs.map((pair) => pair.settle((text) => /END|1000|insert\s+2\b/.test(text))));
  await Promise.all(pairs.map((pair) => pair.stop()));
  for (const [i, pair] of pairs.entries()) {
    t.deepEqual(pair.ours.record, pair.stock.record, lines[i]!.join(' '));
    t.is(pair.ours.record.status, 'SIGTERM');
    t.true(pair.stock.stdout.length > 100, lines[i]!.join(' '));
  }
});

test.serial('many rows, in the order of the stock tool', async (t) => {
  await addTypes(fixture, 'Many');
  const insert = (i: number) => `{"op":"insert","table":"Root","row":{"n":${i},"name":"r${i}"}}`;
  await fixture.stock('transact', `["Many",${Array.from({ length: 2000 }, (_, i) => insert(i)).join(',')}]`);
  const pairs = [
    ['monitor', 'Many', 'Root'],
    ['monitor-cond', 'Many', '[]', 'Root'],
    ['monitor', 'Many', 'ALL'],
  ].map((args) => new Pair(args, fixture.env));
  const end = /(?:\n.*){2002}/;
  await Promise.all(pairs.map((pair) => pair.settle((text) => end.test(text))));
  await Promise.all(pairs.map((pair) => pair.stop()));
  for (const { ours, stock } of pairs) {
    t.regex(stock.stdout, end);
    t.deepEqual(ours.record, stock.record);
  }
});

test.serial('a database that is removed under a monitor', async (t) => {
  await addTypes(fixture, 'Gone');
  await fixture.stock('transact', '["Gone",{"op":"insert","table":"Root","row":{"name":"last"}}]');
  const aware = new Pair(['monitor', 'Gone', 'Root'], fixture.env);
  const unaware = new Pair(['--no-db-change-aware', 'monitor', 'Gone', 'Root'], fixture.env);
  await Promise.all([aware, unaware].map((pair) => pair.settle((text) => text.includes('last'))));
  await fixture.appctl('ovsdb-server/remove-db', 'Gone');
  await Promise.all([aware.exited(), unaware.exited()]);
  t.deepEqual(aware.ours.record, aware.stock.record);
  t.is(aware.stock.record.status, 1);
  t.regex(aware.stock.stderr, /Gone database was removed/);
  t.deepEqual(unaware.ours.record, unaware.stock.record);
  t.regex(unaware.stock.stderr, /receive failed/);
});
