import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { codegenCommand } from '../../src/cli/commands/codegen.js';
import { findSchema } from '../../src/sandbox/programs.js';
import { Authority } from '../support/certificates.js';
import { withDatabase } from '../support/database.js';
import { freePort, temporaryDirectory, withServer } from '../support/ovsdb-server.js';

const checkedIn = fileURLToPath(new URL('../../../src/vswitch/schema.ts', import.meta.url));

async function codegen(...argv: string[]): Promise<string> {
  const stdout = new PassThrough();
  const printed = text(stdout);
  await codegenCommand(argv, { stdout, stderr: process.stderr });
  stdout.end();
  return printed;
}

test('src/vswitch/schema.ts is what the command in its header prints', async (t) => {
  const source = readFileSync(checkedIn, 'utf8');
  const [, words = ''] = /^ \* {3}ovskit codegen (.*)$/m.exec(source) ?? [];
  t.is(await codegen(...words.split(' ')), source);
});

test('a live server gives what its schema file gives', async (t) => {
  const { remote } = await withDatabase(t);
  const body = (source: string) => source.slice(source.indexOf('*/'));
  t.is(body(await codegen(remote)), body(await codegen(findSchema())));
  t.true((await codegen(remote, '--database', '_Server')).includes('export interface DatabaseRow {'));
});

test('an ssl: server is asked with the options of ovs-vsctl', async (t) => {
  const path = await temporaryDirectory(t);
  const authority = await Authority.create(path, 'ca');
  const [server, client] = await Promise.all([authority.issue('server'), authority.issue('client')]);
  const port = await freePort();
  await withServer(t, {
    directory: path,
    args: [
      `--remote=pssl:${port}:127.0.0.1`,
      `--private-key=${server.privateKey}`,
      `--certificate=${server.certificate}`,
      `--ca-cert=${authority.caCert}`,
    ],
  });
  const keys = ['-p', client.privateKey, '--certificate', client.certificate, '-C', authority.caCert];
  t.regex(await codegen(`ssl:127.0.0.1:${port}`, '--database', 'Test', ...keys), /export interface ItemRow {/);
  await t.throwsAsync(codegen(`ssl:127.0.0.1:${port}`, '--database', 'Test', '-C', authority.caCert));
});

test('writes a file whole, in the place of the old one', async (t) => {
  const path = await temporaryDirectory(t);
  const file = join(path, 'schema.ts');
  writeFileSync(file, 'old');
  t.is(await codegen(findSchema(), '--output', file), '');
  t.is(readFileSync(file, 'utf8'), await codegen(findSchema()));
  t.deepEqual(readdirSync(path), ['schema.ts']);
});

test('each mistake is named in one line', async (t) => {
  const path = await temporaryDirectory(t);
  const { remote } = await withDatabase(t);
  const [broken, odd] = [join(path, 'broken'), join(path, 'odd')];
  writeFileSync(broken, '{');
  writeFileSync(odd, '{"name": "X", "tables": {"T": {"columns": {"c": {"type": "strin"}}}}}');
  const mistakes: [argv: string[], code: string, message: RegExp][] = [
    [[], 'ERR_USAGE', /say "ovskit codegen/],
    [['a', 'b'], 'ERR_USAGE', /say "ovskit codegen/],
    [[join(path, 'none')], 'ERR_OVSDB_SCHEMA', /schema file .*none: ENOENT/],
    [[broken], 'ERR_OVSDB_SCHEMA', /schema file .*broken: .*JSON/],
    [[odd], 'ERR_OVSDB_SCHEMA', /column c of table T: "strin" is not an atomic type/],
    [[findSchema(), '--database', 'OVN'], 'ERR_OVSDB_SCHEMA', /is of database Open_vSwitch, not of OVN/],
    [[remote, '--database', 'OVN'], 'ERR_OVSDB_UNKNOWN_DATABASE', /"OVN"/],
    [['unix:/nowhere'], 'ERR_OVSDB_CONNECT', /\/nowhere/],
    [[findSchema(), '--output', join(path, 'none', 'x')], 'ERR_INVALID_ARGUMENT', /--output .*ENOENT/],
  ];
  for (const [argv, code, message] of mistakes) {
    const error = await t.throwsAsync(codegen(...argv), { code }, argv.join(' '));
    t.regex(error?.message ?? '', message);
    t.notRegex(error?.message ?? '', /\n/);
  }
  t.deepEqual(readdirSync(path).sort(), ['broken', 'odd'], 'no file is left half made');
});
