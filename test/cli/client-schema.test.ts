import { readFileSync } from 'node:fs';
import test from 'ava';
import { type Line, runBoth } from './client/compare.js';
import { addTypes, type Fixture, startFixture, typesSchema } from './client/fixture.js';

/** Schema files, conversion, backup and restore: both tools on the same files and databases. */
let fixture: Fixture;

test.before(async (t) => {
  fixture = await startFixture(t);
  Object.assign(process.env, fixture.sandbox.env);
});
test.after.always(() => fixture?.sandbox.stop());

const types = readFileSync(typesSchema, 'utf8');
const column = (type: string) => `{"name":"Types","version":"1.0.0","tables":{"T":{"columns":{"c":{"type":${type}}}}}}`;

const schemas: Readonly<Record<string, string>> = {
  same: types,
  'other version': types.replace('1.2.3', '1.2.4'),
  'other column': types.replace('"imm"', '"imm2"'),
  'no tables member': '{"name":"X"}',
  'unknown member': '{"name":"X","tables":{},"more":1}',
  'bad name': '{"name":"1","tables":{}}',
  'bad version': '{"name":"X","version":"1","tables":{}}',
  'name of a wrong type': '{"name":1,"tables":{}}',
  'not an object': '[]',
  'not JSON': '[',
  empty: '',
  'reserved table': '{"name":"X","version":"1.0.0","tables":{"_T":{"columns":{}}}}',
  'table without columns': '{"name":"X","version":"1.0.0","tables":{"T":{"columns":{}}}}',
  'table that is no object': '{"name":"X","version":"1.0.0","tables":{"T":1}}',
  'column that is no object': '{"name":"X","version":"1.0.0","tables":{"T":{"columns":{"c":1}}}}',
  'reserved column': '{"name":"X","version":"1.0.0","tables":{"T":{"columns":{"_c":{"type":"integer"}}}}}',
  'maxRows 0': '{"name":"X","version":"1.0.0","tables":{"T":{"maxRows":0,"columns":{"c":{"type":"integer"}}}}}',
  'index of nothing':
    '{"name":"X","version":"1.0.0","tables":{"T":{"indexes":[[]],"columns":{"c":{"type":"integer"}}}}}',
  'unknown type': column('"int"'),
  'type without key': column('{"min":0}'),
  'type that is a number': column('1'),
  'unlimited min': column('{"key":"integer","min":"unlimited"}'),
  'max less than min': column('{"key":"integer","min":1,"max":0}'),
  'max of a wrong word': column('{"key":"integer","max":"many"}'),
  'minInteger beyond maxInteger': column('{"key":{"type":"integer","minInteger":2,"maxInteger":1}}'),
  'refType of a wrong word': column('{"key":{"type":"uuid","refTable":"T","refType":"soft"}}'),
  'refTable that is not there': column('{"key":{"type":"uuid","refTable":"U"}}'),
  'enum of another type': column('{"key":{"type":"string","enum":["set",[1]]}}'),
  'enum with a duplicate': column('{"key":{"type":"string","enum":["set",["a","a"]]}}'),
};

for (const [name, text] of Object.entries(schemas)) {
  test.serial(`needs-conversion: ${name}`, async (t) => {
    const file = fixture.file('test.ovsschema', text);
    const { stock, ours } = await runBoth({ args: ['needs-conversion', file], here: true }, fixture.env);
    t.deepEqual(ours, stock);
  });
}

test.serial('needs-conversion and convert: no such file', async (t) => {
  for (const command of ['needs-conversion', 'convert']) {
    const { stock, ours } = await runBoth({ args: [command, '/nope'] }, fixture.env);
    t.deepEqual(ours, stock);
  }
});

test.serial('convert: what each tool makes of the same database', async (t) => {
  await addTypes(fixture, 'Stock');
  await addTypes(fixture, 'Ours');
  const convert = async (name: string) => {
    const text = types.replace('"Types"', `"${name}"`).replace('1.2.3', '2.0.0').replace('"imm"', '"renamed"');
    return fixture.file(`${name}.new`, text);
  };
  const [stockFile, oursFile] = [await convert('Stock'), await convert('Ours')];
  const { stock } = await runBoth({ args: ['convert', stockFile], here: true }, fixture.env);
  const { ours } = await runBoth({ args: ['convert', oursFile] }, fixture.env);
  t.deepEqual(ours, stock);
  t.is(ours.status, 0);
  t.is(await fixture.stock('get-schema-version', 'Ours'), '2.0.0');
  t.is(
    (await fixture.stock('get-schema', 'Ours')).replace('Ours', 'Stock'),
    await fixture.stock('get-schema', 'Stock'),
  );
  // The stock tool crashes on an error reply to convert.
  const none = fixture.file('none', types.replace('"Types"', '"None"'));
  const { ours: refused } = await runBoth({ args: ['convert', none], here: true }, fixture.env);
  t.is(refused.status, 1);
  t.regex(
    refused.stderr,
    /^ovsdb-client: transaction returned error: \{"details":"convert request specifies unknown database None"/,
  );
});

/** The checksum is over the time. */
const record: Line['mask'] = [/^OVSDB JSON (\d+) [\da-f]{40}$/gm, 'OVSDB JSON $1 <sha1>'];

test.serial('backup: the same bytes, but for the time; and a file that ovsdb-tool reads', async (t) => {
  for (const database of ['Types', 'Open_vSwitch', '_Server']) {
    const { stock, ours } = await runBoth({ args: ['backup', database], mask: record }, fixture.env);
    t.deepEqual(ours, stock, database);
    t.is(ours.status, 0);
  }
});

test.serial('restore: a backup of ours and of the stock tool, by each', async (t) => {
  const before = await fixture.stock('-f', 'csv', 'dump', 'Types');
  const stockBackup = `${await fixture.stock('backup', 'Types')}\n`;
  const contents = (text: string) => text.replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, '<uuid>');
  const { stock, ours } = await runBoth(
    { args: ['restore', 'Types'], stdin: fixture.file('backup', stockBackup) },
    fixture.env,
  );
  t.deepEqual(ours, stock);
  t.deepEqual(ours, { status: 0, stdout: '', stderr: '' });
  const after = await fixture.stock('-f', 'csv', 'dump', 'Types');
  t.not(after, before, 'rows have other uuids');
  // Ephemeral columns are not restored.
  t.is(contents(after).replace(/,0,0,/g, ''), contents(before).replace(/,0,0,/g, '').replace(',2,7,', ',2,0,'));
});

test.serial('restore: the file of a database with its history', async (t) => {
  await addTypes(fixture, 'History');
  const ops = [
    '{"op":"insert","table":"Every","row":{"e":"red","s3":["set",["a","b"]],"mss":["map",[["k","v"],["l","w"]]]}}',
    '{"op":"mutate","table":"Every","where":[],"mutations":[["s3","delete","a"],["mss","delete",["set",["k"]]]]}',
    '{"op":"update","table":"Every","where":[],"row":{"mss":["map",[["l","x"],["m","y"]]],"i":5,"os":"o"}}',
    '{"op":"insert","table":"Root","row":{"name":"x"}},{"op":"insert","table":"Root","row":{"name":"y"}}',
    '{"op":"delete","table":"Root","where":[["name","==","x"]]}',
    '{"op":"update","table":"Every","where":[],"row":{"os":["set",[]]}}',
  ];
  for (const op of ops) await fixture.stock('transact', `["History",${op}]`);
  const file = readFileSync(`${fixture.directory}/History.db`, 'utf8');
  t.true(file.includes('_is_diff'));
  const before = (await fixture.stock('dump', 'History')).replace(/[\da-f]{8}-[\da-f-]{27}/g, '<uuid>');
  await fixture.stock(
    'transact',
    '["History",{"op":"delete","table":"Root","where":[]},{"op":"delete","table":"Every","where":[]}]',
  );
  const { stock, ours } = await runBoth(
    { args: ['restore', 'History'], stdin: fixture.file('history', file) },
    fixture.env,
  );
  t.deepEqual(ours, stock);
  t.is((await fixture.stock('dump', 'History')).replace(/[\da-f]{8}-[\da-f-]{27}/g, '<uuid>'), before);
});

test.serial('restore: what is refused', async (t) => {
  const backup = `${await fixture.stock('backup', 'Types')}\n`;
  const lines: Line[] = [
    { args: ['restore', 'Open_vSwitch'], stdin: fixture.file('1', backup) },
    { args: ['restore', 'Types'], stdin: fixture.file('2', backup.replace('1.2.3', '1.2.4')) },
    { args: ['restore', 'Types'], stdin: fixture.file('3', 'junk\n') },
    { args: ['restore', 'Types'], stdin: fixture.file('4', 'long enough to be something else\n') },
    { args: ['restore', 'Types', 'more'], stdin: '/dev/null' },
    { args: ['restore', 'Types'], stdin: '/dev/null' },
    { args: ['restore', 'Types'], stdin: fixture.file('5', 'OVSDB JSON 3\n') },
    { args: ['restore', 'Types'], stdin: fixture.file('6', `OVSDB CLUSTER 3 ${'a'.repeat(40)}\nabc`) },
    { args: ['restore', 'Types'], stdin: fixture.file('7', `OVSDB JSON 30 ${'a'.repeat(40)}\nabc`) },
    {
      args: ['restore', 'Types'],
      stdin: fixture.file('8', 'OVSDB JSON 3 a9993e364706816aba3e25717850c26c9cd0d89d\nabc'),
    },
    { args: ['--force', 'restore', 'Open_vSwitch'], stdin: fixture.file('1', backup), maskUuids: true },
  ];
  for (const line of lines) {
    const { stock, ours } = await runBoth({ ...line, mask: [/[\da-f]{40}/g, '<sha1>'] }, fixture.env);
    t.deepEqual(ours, stock, line.args.join(' '));
  }
});
