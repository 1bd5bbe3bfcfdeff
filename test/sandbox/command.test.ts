import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { networkOf, processesIn, processesWith, until } from '../support/processes.js';
import { isRoot } from '../support/root.js';
import { run } from '../support/run.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** An empty TMPDIR, so that what is left in it is the sandbox's. */
function emptyDirectory(t: ExecutionContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'sb-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function inDirectory(TMPDIR: string): SpawnOptions {
  return { env: { ...process.env, TMPDIR, OVSKIT_TEST_MARK: TMPDIR } };
}

const ovskit = (TMPDIR: string, ...args: string[]) =>
  run(process.execPath, [main, 'sandbox', ...args], inDirectory(TMPDIR));

/** Starts `ovskit sandbox` and passes what it prints to `onText`. */
function hold(
  t: ExecutionContext,
  TMPDIR: string,
  args: string[] = [],
): { child: ChildProcess; printed: () => string } {
  const child = spawn(process.execPath, [main, 'sandbox', ...args], {
    ...inDirectory(TMPDIR),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL')); // In case the test fails first.
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return { child, printed: () => text };
}

/** No process that descends from the holder lives, and its TMPDIR is empty. The guard may take a moment after SIGKILL. */
async function nothingLeft(TMPDIR: string): Promise<void> {
  await until(`an empty ${TMPDIR}`, () => readdirSync(TMPDIR).length === 0);
  await until('the end of every process', () => processesWith(`OVSKIT_TEST_MARK=${TMPDIR}`).length === 0);
}

test('a command runs inside and its exit status is passed on', async (t) => {
  const directory = emptyDirectory(t);
  const script = 'ovs-vsctl br-exists br0 && ovs-ofctl show br0 >/dev/null && echo "$OVSKIT_REMOTE"; exit 3';
  const { status, stdout, stderr } = await ovskit(directory, '--bridge', 'br0', '--', 'sh', '-c', script);
  t.is(status, 3, stderr);
  t.true(stdout.startsWith(`unix:${directory}/ovskit-`), stdout);
  await nothingLeft(directory);
});

test("a program that does not look at its environment does not find the machine's own switch", async (t) => {
  if (!isRoot) return t.pass('there is no namespace without root');
  const directory = emptyDirectory(t);
  // A machine, in a mount namespace of its own, with something in the default run directory.
  const machine = 'mount -t tmpfs tmpfs /run && mkdir /run/openvswitch && touch /run/openvswitch/db.sock && exec "$@"';
  const inside =
    'ls -A /var/run/openvswitch; touch /var/run/openvswitch/x && echo written; ovs-vsctl get-manager && echo ours';
  const args = ['--mount', '--propagation', 'private', 'sh', '-c', machine, 'sh', process.execPath, main, 'sandbox'];
  const { stdout, stderr } = await run(
    'unshare',
    [...args, '--no-vswitchd', '--', 'sh', '-c', inside],
    inDirectory(directory),
  );
  t.is(stdout, 'ours\n', stderr);
  t.regex(stderr, /Read-only file system/);
  await nothingLeft(directory);
});

test('a command that a signal ends, and one that is not there, have the status of a shell', async (t) => {
  const directory = emptyDirectory(t);
  const killed = await ovskit(directory, '--no-vswitchd', '--', 'sh', '-c', 'kill -USR1 $$');
  t.is(killed.status, 138);
  const absent = await ovskit(directory, '--no-vswitchd', '--', 'no-such-command');
  t.is(absent.status, 127);
  t.regex(absent.stderr, /no-such-command: command not found/);
  await nothingLeft(directory);
});

test('ovskit inside is the one outside, though no PATH has it', async (t) => {
  const directory = emptyDirectory(t);
  const PATH = (process.env.PATH ?? '').split(delimiter).filter((folder) => !existsSync(join(folder, 'ovskit')));
  const options = { env: { ...inDirectory(directory).env, PATH: PATH.join(delimiter) } };
  const words = ['sandbox', '--no-vswitchd', '--', 'ovskit'];
  const { status, stdout, stderr } = await run(process.execPath, [main, ...words, 'vsctl', '--version'], options);
  t.is(status, 0, stderr);
  t.regex(stdout, /^ovs-vsctl /);
  // By its link, as npm makes one.
  symlinkSync(main, join(directory, "it's ours"));
  t.is((await run(process.execPath, [join(directory, "it's ours"), ...words, '--nonsense'], options)).status, 2);
  unlinkSync(join(directory, "it's ours"));
  await nothingLeft(directory);
});

test('--keep says where the database is', async (t) => {
  const directory = emptyDirectory(t);
  const { status, stderr } = await ovskit(directory, '--keep', '--no-vswitchd', '--', 'true');
  t.is(status, 0);
  const [kept = ''] = readdirSync(directory);
  t.true(stderr.includes(`kept ${join(directory, kept)}`));
  t.true(readdirSync(join(directory, kept)).includes('conf.db'));
});

const wrong: [string[], RegExp][] = [
  [['--nonsense'], /--nonsense/],
  [['bash'], /unexpected argument 'bash': a command to run inside comes after '--'/],
  [['--'], /no command after '--'/],
  [['--bridge'], /--bridge/],
];
for (const [args, message] of wrong) {
  test(`wrong usage: ovskit sandbox ${args.join(' ')}`, async (t) => {
    const directory = emptyDirectory(t);
    const { status, stdout, stderr } = await ovskit(directory, ...args);
    t.is(status, 2);
    t.is(stdout, '');
    t.regex(stderr, message);
    await nothingLeft(directory);
  });
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal}, more than once, ends it clean with status 0`, async (t) => {
    const directory = emptyDirectory(t);
    const { child, printed } = hold(t, directory, ['--bridge', 'br0']);
    await until('the description', () => printed().includes('Ctrl-C ends it.'));
    t.regex(printed(), new RegExp(`^export OVS_RUNDIR=${directory}/ovskit-`, 'm'));
    const network = networkOf(child.pid ?? 0);
    if (isRoot) {
      t.regex(printed(), new RegExp(`nsenter --target ${child.pid} --net --mount`));
      t.not(network, networkOf(process.pid));
    }
    const exit = once(child, 'exit');
    for (let times = 0; times < 3; times += 1) child.kill(signal);
    t.deepEqual(await exit, [0, null]);
    t.deepEqual(readdirSync(directory), [], 'the directory is gone when the command has ended');
    await nothingLeft(directory);
    if (isRoot) t.deepEqual(processesIn(network), [], 'the namespace is gone');
  });
}

test('nsenter as it is printed leads to the switch', async (t) => {
  if (!isRoot) return t.pass('there is no namespace without root');
  const { printed } = hold(t, emptyDirectory(t), ['--bridge', 'br0']);
  await until('the description', () => printed().includes('Ctrl-C ends it.'));
  const [, enter = ''] = /(nsenter .*)$/m.exec(printed()) ?? [];
  const [command = '', ...args] = enter.split(' ');
  const { status, stdout } = await run(command, [...args, 'ls', '/sys/class/net']);
  t.is(status, 0);
  t.true(stdout.split('\n').includes('br0'), stdout);
});

test('SIGTERM goes on to the command inside', async (t) => {
  const directory = emptyDirectory(t);
  const script = 'trap "echo bye; exit 9" TERM; echo inside; while :; do sleep 0.05; done';
  const { child, printed } = hold(t, directory, ['--no-vswitchd', '--', 'sh', '-c', script]);
  await until('the command', () => printed().includes('inside'));
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  t.deepEqual(await exit, [9, null]);
  t.true(printed().includes('bye'));
  await nothingLeft(directory);
});

test('a daemon that ends by itself ends the sandbox as a failure', async (t) => {
  const directory = emptyDirectory(t);
  const { child, printed } = hold(t, directory);
  await until('the description', () => printed().includes('Ctrl-C ends it.'));
  const exit = once(child, 'exit');
  const [runDirectory = ''] = readdirSync(directory);
  const pid = readFileSync(join(directory, runDirectory, 'ovs-vswitchd.pid'), 'utf8');
  process.kill(Number(pid), 'SIGKILL');
  t.deepEqual(await exit, [1, null]);
  await nothingLeft(directory);
});

// At moments spread over the start (about 250 ms) and beyond, with another offset in each run.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
  test.serial(`${signal} of the holder at random moments leaves nothing`, async (t) => {
    const directory = emptyDirectory(t);
    for (let step = 0; step < 12; step += 1) {
      const { child } = hold(t, directory, ['--bridge', 'br0', '--', 'sleep', '1000']);
      const exit = once(child, 'exit');
      const moment = step * 35 + Math.random() * 35;
      await delay(moment);
      child.kill(signal);
      await exit;
      t.log(`${moment.toFixed(1)} ms: ${child.exitCode ?? child.signalCode}`);
      await nothingLeft(directory);
    }
    t.pass();
  });
}

test.serial('SIGKILL of the holder as soon as the run directory is there leaves nothing', async (t) => {
  const directory = emptyDirectory(t);
  for (let time = 0; time < 10; time += 1) {
    const { child } = hold(t, directory);
    const exit = once(child, 'exit');
    // Looks without a pause: the guard has yet to say that it is ready.
    const deadline = Date.now() + 10_000;
    while (readdirSync(directory).length === 0 && Date.now() < deadline);
    child.kill('SIGKILL');
    await exit;
    await nothingLeft(directory);
  }
  t.pass();
});
