import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { AbortedError, InvalidArgumentError, TimeoutError } from '../../src/base/errors.js';
import { SandboxError, startSandbox } from '../../src/sandbox/index.js';
import { networkOf, processesWith } from '../support/processes.js';
import { needsRoot } from '../support/root.js';
import { output } from '../support/run.js';
import { inSandbox, withSandbox } from '../support/sandbox.js';

const rootTest = needsRoot(test);

/** What runs without any privilege. */
const modest = { network: 'current', datapath: 'dummy' } as const;

/** A new directory for what the test makes. */
function temporaryDirectory(t: ExecutionContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'sb-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Puts programs of our own before the stock ones, for one serial test. */
function withPrograms(t: ExecutionContext, programs: Record<string, string>): void {
  const directory = temporaryDirectory(t);
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(directory, name), text, { mode: 0o755 });
  const path = process.env.PATH;
  process.env.PATH = `${directory}:${path}`;
  t.teardown(() => {
    process.env.PATH = path;
  });
}

test('a timeout that can not be meant is refused, a fraction of a millisecond is not', async (t) => {
  for (const timeout of [-1, Number.NaN]) {
    await t.throwsAsync(startSandbox({ ...modest, timeout }), { code: 'ERR_INVALID_ARGUMENT', message: /^timeout/ });
  }
  const sandbox = await startSandbox({ ...modest, vswitchd: false, timeout: 20_000.5 });
  await sandbox.stop();
});

test('a bridge that ovs-vswitchd does not make in time is an error that names it', async (t) => {
  const sandbox = await withSandbox(t, modest);
  process.kill(sandbox.vswitchd?.pid as number, 'SIGSTOP');
  await t.throwsAsync(sandbox.addBridge('br0', { timeout: 300 }), { instanceOf: TimeoutError, message: /br0.*300 ms/ });
  await t.throwsAsync(sandbox.addBridge('br1', { signal: AbortSignal.timeout(300) }), { instanceOf: AbortedError });
  process.kill(sandbox.vswitchd?.pid as number, 'SIGCONT');
});

test('the stock tools work in it through its environment, and nothing is left after stop', async (t) => {
  const sandbox = await startSandbox(modest);
  const options = inSandbox(sandbox);
  await sandbox.addBridge('br0');
  t.is(await output('ovs-vsctl', ['list-br'], options), 'br0');
  t.is(await output('ovs-vsctl', ['get', 'bridge', 'br0', 'datapath_type'], options), 'dummy');
  t.regex(await output('ovs-ofctl', ['show', 'br0'], options), /OFPT_FEATURES_REPLY/);
  t.regex(await output('ovs-appctl', ['-t', 'ovs-vswitchd', 'version'], options), /^ovs-vswitchd/);
  t.regex(await output('ovs-appctl', ['-t', 'ovsdb-server', 'version'], options), /^ovsdb-server/);
  t.is(statSync(sandbox.runDirectory).mode & 0o777, 0o700);
  t.is(sandbox.remote, `unix:${sandbox.runDirectory}/db.sock`);
  await Promise.all([sandbox.stop(), sandbox.stop()]);
  await sandbox.stop();
  t.false(existsSync(sandbox.runDirectory));
  t.deepEqual(processesWith(`OVS_RUNDIR=${sandbox.runDirectory}`), []);
});

rootTest('root gets a network namespace of its own, with real taps', async (t) => {
  const sandbox = await withSandbox(t);
  await sandbox.addBridge('br0');
  t.not(networkOf(process.pid), networkOf(process.ppid));
  t.is(networkOf(sandbox.vswitchd?.pid ?? 0), networkOf(process.pid));
  t.regex(await output('ip', ['-details', 'link', 'show', 'br0'], inSandbox(sandbox)), /tun type tap/);
  t.regex(await output('ethtool', ['-i', 'br0']), /^driver: tun$/m);
});

rootTest('two sandboxes of one process share its namespace', async (t) => {
  const one = await withSandbox(t);
  const two = await withSandbox(t);
  t.is(networkOf(one.ovsdbServer.pid ?? 0), networkOf(two.ovsdbServer.pid ?? 0));
});

test('daemons are killed and started again on the same database', async (t) => {
  const sandbox = await withSandbox(t, modest);
  const options = inSandbox(sandbox);
  await sandbox.addBridge('br0');
  const { ovsdbServer, vswitchd } = sandbox;
  for (const daemon of [ovsdbServer, vswitchd]) {
    if (!daemon) throw new Error('started without ovs-vswitchd');
    const { pid, exited } = daemon;
    await t.throwsAsync(daemon.start(AbortSignal.timeout(5000)), { code: 'ERR_SANDBOX', message: /runs already/ });
    await daemon.kill();
    t.is(await exited, 'SIGKILL');
    t.is(daemon.pid, undefined);
    await daemon.start(AbortSignal.timeout(10_000));
    t.not(daemon.pid, pid);
    t.is(await output('ovs-vsctl', ['--timeout=10', 'list-br'], options), 'br0');
  }
  // Waits until ovs-vswitchd has made it.
  await output(
    'ovs-vsctl',
    ['--timeout=10', 'add-br', 'br1', '--', 'set', 'bridge', 'br1', 'datapath_type=dummy'],
    options,
  );
  t.regex(await output('ovs-ofctl', ['show', 'br1'], options), /OFPT_FEATURES_REPLY/);
});

test('without ovs-vswitchd there is only the database', async (t) => {
  const sandbox = await withSandbox(t, { ...modest, vswitchd: false });
  t.is(sandbox.vswitchd, undefined);
  await sandbox.addBridge('br0');
  t.is(await output('ovs-vsctl', ['--no-wait', 'list-br'], inSandbox(sandbox)), 'br0');
});

test('keep leaves the database and the logs, and no process', async (t) => {
  const runDirectory = join(temporaryDirectory(t), 'run');
  const sandbox = await startSandbox({ ...modest, keep: true, runDirectory });
  await sandbox.stop();
  t.true(readdirSync(runDirectory).includes('conf.db'));
  t.regex(readFileSync(join(runDirectory, 'ovsdb-server.log'), 'utf8'), /ovsdb-server/);
  t.deepEqual(processesWith(`OVS_RUNDIR=${runDirectory}`), []);
});

test('a run directory that exists is refused and left as it is', async (t) => {
  const runDirectory = temporaryDirectory(t);
  writeFileSync(join(runDirectory, 'precious'), '');
  const error = await t.throwsAsync(startSandbox({ ...modest, runDirectory }), { instanceOf: InvalidArgumentError });
  t.regex(error?.message ?? '', /File exists/);
  t.deepEqual(readdirSync(runDirectory), ['precious']);
});

test('a run directory with too long a path for sockets is refused before anything is made', async (t) => {
  const runDirectory = join(temporaryDirectory(t), 'x'.repeat(100));
  const error = await t.throwsAsync(startSandbox({ ...modest, runDirectory }), { instanceOf: InvalidArgumentError });
  t.regex(error?.message ?? '', /at most 82 leave room.*choose a shorter one/);
  t.false(existsSync(runDirectory));
});

test('the longest path that is let through works', async (t) => {
  const base = temporaryDirectory(t);
  const runDirectory = join(base, 'x'.repeat(82 - base.length - 1));
  t.is(runDirectory.length, 82);
  const sandbox = await withSandbox(t, { ...modest, runDirectory });
  t.regex(await output('ovs-appctl', ['-t', 'ovs-vswitchd', 'version'], inSandbox(sandbox)), /^ovs-vswitchd/);
});

test('wrong options are refused', async (t) => {
  const network = 'none' as 'current';
  await t.throwsAsync(startSandbox({ network }), { message: "network must be 'private' or 'current', not 'none'" });
});

test('an abort at any moment of the start leaves nothing', async (t) => {
  const parent = temporaryDirectory(t);
  const aborted: unknown[] = [];
  for (let ms = 0; ms < 100; ms += 10) {
    const runDirectory = join(parent, String(ms));
    try {
      const sandbox = await startSandbox({ ...modest, runDirectory, signal: AbortSignal.timeout(ms) });
      await sandbox.stop();
    } catch (error) {
      aborted.push(error);
    }
    t.deepEqual(processesWith(`OVS_RUNDIR=${runDirectory}`), []);
  }
  t.true(aborted.length > 0);
  for (const error of aborted) t.true(error instanceof AbortedError, String(error));
  t.deepEqual(readdirSync(parent), []);
  await t.throwsAsync(startSandbox({ ...modest, signal: AbortSignal.abort() }), { instanceOf: AbortedError });
});

test.serial('a daemon that dies at its start: the error shows its log, and nothing is left', async (t) => {
  withPrograms(t, { 'ovs-vswitchd': '#!/bin/sh\necho no luck today >&2\nexit 7\n' });
  const runDirectory = join(temporaryDirectory(t), 'run');
  const error = await t.throwsAsync(startSandbox({ ...modest, runDirectory }), { instanceOf: SandboxError });
  t.regex(error?.message ?? '', /^ovs-vswitchd did not start: ended at once \(exit status 7\); the end of its log:/);
  t.regex(error?.message ?? '', /no luck today/);
  t.false(existsSync(runDirectory));
});

test.serial('a daemon that never serves runs into the deadline', async (t) => {
  withPrograms(t, { 'ovsdb-server': '#!/bin/sh\nexec sleep 60\n' });
  const runDirectory = join(temporaryDirectory(t), 'run');
  const error = await t.throwsAsync(startSandbox({ ...modest, runDirectory, timeout: 500 }), {
    instanceOf: TimeoutError,
  });
  t.regex(error?.message ?? '', /not ready within 500 ms: ovsdb-server was not ready/);
  t.false(existsSync(runDirectory));
  t.deepEqual(processesWith(`OVS_RUNDIR=${runDirectory}`), []);
});

test.serial('a schema that is broken: the error is that of ovsdb-tool', async (t) => {
  const directory = temporaryDirectory(t);
  mkdirSync(join(directory, 'pkg'));
  writeFileSync(join(directory, 'pkg', 'vswitch.ovsschema'), '{');
  process.env.OVS_PKGDATADIR = join(directory, 'pkg');
  t.teardown(() => delete process.env.OVS_PKGDATADIR);
  await t.throwsAsync(startSandbox(modest), { instanceOf: SandboxError, message: /^ovsdb-tool create: / });
});
