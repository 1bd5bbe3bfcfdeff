import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { run } from '../support/run.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const ovskit = (...args: string[]) => run(process.execPath, [main, ...args]);

test('tells its version, which is the package’s', async (t) => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  t.deepEqual(await ovskit('--version'), { status: 0, stdout: `ovskit ${version}\n`, stderr: '' });
});

test('every command of the list has a help text of its own', async (t) => {
  const { stdout, status } = await ovskit('--help');
  t.is(status, 0);
  const names = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map((match) => match[1] as string);
  t.true(names.length >= 5);
  for (const name of names) {
    const help = await ovskit(name, '--help');
    t.is(help.status, 0, name);
    t.regex(help.stdout, new RegExp(`ovskit ${name}|usage: ovs`), name);
  }
});

test('no command, or one that is none, is a usage error', async (t) => {
  t.is((await ovskit()).status, 2);
  const unknown = await ovskit('plugin');
  t.deepEqual(unknown, { status: 2, stdout: '', stderr: 'ovskit: no command "plugin"; "ovskit --help" lists them\n' });
});

test('help of a command is its --help', async (t) => {
  t.deepEqual(await ovskit('help', 'netdev'), await ovskit('netdev', '--help'));
  t.deepEqual(await ovskit('help'), await ovskit('--help'));
  t.like(await ovskit('help', 'plugin'), {
    status: 2,
    stderr: 'ovskit: no command "plugin"; "ovskit --help" lists them\n',
  });
});

test('behind a link of a stock tool’s name it is that tool', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'ovskit-main-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const link = join(directory, 'ovsdb-client');
  symlinkSync(main, link);
  const args = ['list-dbs', 'unix:/nonexistent/db.sock'];
  t.deepEqual(await run(process.execPath, [link, ...args]), await run('ovsdb-client', args));
});
