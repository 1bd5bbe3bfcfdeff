import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { until } from '../support/processes.js';
import { run } from '../support/run.js';
import { entry } from './client/compare.js';
import { type Fixture, startFixture } from './client/fixture.js';

/** `--detach` and its company: the parent, the daemon, its files, and stock ovs-appctl speaking to it. */
let fixture: Fixture;

test.before(async (t) => {
  fixture = await startFixture(t);
});
test.after.always(() => fixture?.sandbox.stop());

const ours = (...args: string[]) => run(process.execPath, [entry, ...args], { env: fixture.env });
const appctl = (target: string, ...args: string[]) => run('ovs-appctl', ['-t', target, ...args], { env: fixture.env });
const pidIn = (file: string) => Number(readFileSync(join(fixture.directory, file), 'utf8'));
/** Nobody may be there to wait for an orphan: a zombie has ended too. */
const gone = (pid: number) =>
  until(
    `the end of ${pid}`,
    () => !existsSync(`/proc/${pid}`) || /\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8')),
  );

test.serial('a lock is held in the background until ovs-appctl ends it', async (t) => {
  const args = ['--detach', '--pidfile', 'lock', 'mine'];
  // The parent's streams stay open in the daemon, as with the stock tool: so not through a pipe.
  const started = await run('sh', ['-c', '"$@" >out 2>err', 'sh', process.execPath, entry, ...args], {
    env: fixture.env,
    cwd: fixture.directory,
  });
  t.is(started.status, 0);
  t.is(readFileSync(join(fixture.directory, 'out'), 'utf8'), '{"locked":true}\n');
  const pid = pidIn('ovsdb-client.pid');
  t.is(readlinkSync(`/proc/${pid}/cwd`), '/');
  const target = join(fixture.directory, `ovsdb-client.${pid}.ctl`);
  t.is((await appctl(target, 'version')).stdout, 'ovsdb-client (Open vSwitch) 3.1.0\n');
  t.is((await appctl(target, 'lock', 'other')).stdout, '{"locked":true}\n');
  const bogus = await appctl(target, 'bogus');
  t.is(bogus.status, 2);
  t.regex(bogus.stderr, /^"bogus" is not a valid command \(use "list-commands" to see a list of valid commands\)/);
  t.regex((await appctl(target, 'lock')).stderr, /^"lock" command requires at least 1 arguments/);
  t.regex((await appctl(target, 'list-commands')).stdout, /^ {2}steal {19}LOCK$/m);
  const again = await ours('--detach', '--pidfile', 'lock', 'mine');
  t.is(again.status, 1);
  t.is(again.stderr, `ovsdb-client: ${fixture.directory}/ovsdb-client.pid: already running as pid ${pid}, aborting\n`);
  t.is((await appctl(target, 'exit')).status, 0);
  await gone(pid);
  t.deepEqual(
    readdirSync(fixture.directory).filter((name) => name.startsWith('ovsdb-client.')),
    [],
  );
});

test.serial("a monitor goes on printing; block, unblock and the control socket of one's choice", async (t) => {
  const out = join(fixture.directory, 'monitor.out');
  const args = [
    '--detach',
    '--no-chdir',
    '--pidfile=m.pid',
    '--unixctl=m.ctl',
    'monitor',
    'Types',
    'Root',
    'name,!initial',
  ];
  const started = await run('sh', ['-c', '"$@" >monitor.out 2>monitor.err', 'sh', process.execPath, entry, ...args], {
    env: fixture.env,
    cwd: fixture.directory,
  });
  t.deepEqual(started, { status: 0, stdout: '', stderr: '' });
  const pid = pidIn('m.pid');
  t.is(readlinkSync(`/proc/${pid}/cwd`), fixture.directory);
  const target = join(fixture.directory, 'm.ctl');
  const insert = (name: string) =>
    fixture.stock('transact', `["Types",{"op":"insert","table":"Root","row":{"name":"${name}"}}]`);
  const printed = () => readFileSync(out, 'utf8');
  await insert('first');
  await until('the first row', () => printed().includes('first'));
  t.is((await appctl(target, 'ovsdb-client/block')).stdout, '');
  t.is((await appctl(target, 'ovsdb-client/block')).stdout, 'already blocking\n');
  await insert('second');
  t.is((await appctl(target, 'ovsdb-client/unblock')).stdout, '');
  t.is((await appctl(target, 'ovsdb-client/unblock')).stdout, 'already unblocked\n');
  await until('the second row', () => printed().includes('second'));
  t.is((await appctl(target, 'exit')).status, 0);
  await gone(pid);
  t.false(existsSync(target));
});

test.serial('a daemon that can not start says why, and its parent has its status', async (t) => {
  for (const args of [
    ['--detach', 'monitor', 'Types', 'Nope'],
    ['--detach', 'lock', 'a', 'b'],
    ['--detach', 'monitor', 'unix:/nope', 'Types', 'Root'],
  ]) {
    const stock = await run('ovsdb-client', args, { env: fixture.env });
    t.deepEqual(await ours(...args), stock);
    t.is(stock.status, 1);
  }
});

test.serial('under another name, messages and files are of that name', async (t) => {
  const env = { ...fixture.env, ARGV0: '/usr/bin/other' };
  const outcome = (...args: string[]) => run(process.execPath, [entry, ...args], { env });
  t.is((await outcome('foo')).stderr, "other: unknown command 'foo'; use --help for help\n");
  t.is((await outcome('--foo')).stderr, "/usr/bin/other: unrecognized option '--foo'\n");
  t.regex((await outcome('--help')).stdout, /^other: Open vSwitch.*\/other\.pid\)/s);
});
