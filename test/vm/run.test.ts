/** The tool itself, against real guests. A first boot fetches 87 MB, so these run only when that has been done before. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { runInGuest } from '../../tools/vm/guest.js';
import { kernelReady } from '../../tools/vm/kernel.js';
import { toolboxReady } from '../../tools/vm/qemu.js';

const ready = kernelReady() && toolboxReady();
const guestTest = ready ? test.serial : test.serial.skip;
if (!ready) console.log('guests are not tested: `node dist/tools/vm/run.js true` fetches QEMU and a kernel (87 MB)');

const scratch = mkdtempSync(join(tmpdir(), 'ovskit-vmtest.'));
test.after.always(() => rmSync(scratch, { recursive: true, force: true }));

const CLI = 'dist/tools/vm/run.js';
const sh = (script: string) => ['sh', '-c', script];

/** The command lines of running QEMUs that belong to a run of ours with this mark in it. */
function qemusWith(mark: string): string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return ''; // it ended meanwhile
      }
    })
    .filter((line) => line.includes('qemu-system') && line.includes(mark));
}

guestTest('output is kept apart and byte for byte, and the status is passed on', async (t) => {
  const script = 'i=0; while [ $i -lt 300 ]; do printf "\\377\\0\\r\\n"; i=$((i+1)); done; echo "no good" >&2; exit 42';
  const { status, stdout, stderr } = await runInGuest({ command: sh(script), timeout: 100_000 });
  t.is(status, 42);
  t.is(stderr.toString(), 'no good\n');
  t.deepEqual(stdout, Buffer.concat(Array(300).fill(Buffer.from([255, 0, 13, 10]))));
});

guestTest('the guest sees our files, folder and environment, and changes only what is writable', async (t) => {
  writeFileSync(join(scratch, 'mine'), 'mine');
  const out = mkdtempSync(join(scratch, 'out.'));
  const script = `cat mine; echo "$GREETING"; echo no >mine; echo yes >${out}/made; cat mine`;
  const { stdout } = await runInGuest({
    command: sh(script),
    cwd: scratch,
    env: { GREETING: "it's me" },
    writable: [out],
    timeout: 100_000,
  });
  t.is(stdout.toString(), "mineit's me\nno\n");
  t.is(readFileSync(join(scratch, 'mine'), 'utf8'), 'mine');
  t.is(readFileSync(join(out, 'made'), 'utf8'), 'yes\n');
});

guestTest('a deadly signal is a status, and nothing is said of it', async (t) => {
  const { status, stderr } = await runInGuest({ command: sh('echo mine >&2; kill -9 $$'), timeout: 100_000 });
  t.is(status, 137);
  t.is(stderr.toString(), 'mine\n');
});

guestTest('a deadline ends the guest and leaves nothing', async (t) => {
  const mark = `hub=${process.pid}`;
  const running = runInGuest({ command: ['sleep', '1000'], nics: [`e1000,${mark}`], timeout: 12_000 });
  await t.throwsAsync(running, { code: 'ERR_TIMEOUT' });
  t.deepEqual(qemusWith(`hubid=${process.pid}`), []);
});

guestTest('a guest that dies before its command ends says so', async (t) => {
  const command = sh('echo c >/proc/sysrq-trigger; sleep 100');
  await t.throwsAsync(runInGuest({ command, timeout: 100_000 }), {
    code: 'ERR_VM_GUEST',
    message: /panic|ended while/,
  });
});

for (const [signal, expected] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  guestTest(`${signal} ends the guest, and nothing of it is left`, async (t) => {
    const temporary = mkdtempSync(join(scratch, 'tmp.'));
    const child = spawn(process.execPath, [CLI, '--', ...sh('echo ready; sleep 1000')], {
      env: { ...process.env, TMPDIR: temporary },
    });
    await once(child.stdout, 'data');
    t.is(qemusWith(temporary).length, 1);
    child.kill(signal);
    const [status] = await once(child, 'exit');
    t.is(status, expected);
    t.deepEqual(qemusWith(temporary), []);
    t.deepEqual(readdirSync(temporary), []);
  });
}

guestTest('a killed runner takes its QEMU along', async (t) => {
  const temporary = mkdtempSync(join(scratch, 'tmp.'));
  const child = spawn(process.execPath, [CLI, '--', ...sh('echo ready; sleep 1000')], {
    env: { ...process.env, TMPDIR: temporary },
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  // QEMU holds the pipe of its standard error, so what we see end is not the runner alone.
  await once(child, 'close');
  const deadline = performance.now() + 5_000;
  while (qemusWith(temporary).length > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  t.deepEqual(qemusWith(temporary), []);
});

async function cli(args: string[], env: NodeJS.ProcessEnv = {}): Promise<{ status: number; stderr: string }> {
  const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, ...env } });
  const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { status, stderr };
}

test('wrong usage is status 125 and one line', async (t) => {
  for (const [args, message] of [
    [[], /no COMMAND/],
    [['--timeout', 'soon', 'true'], /--timeout must be a number above 0, not "soon"/],
    [['--accel', 'xen', 'true'], /--accel must be kvm or tcg/],
    [['--bogus', 'true'], /--bogus/],
  ] as const) {
    const { status, stderr } = await cli([...args]);
    t.is(status, 125);
    t.regex(stderr, message);
    t.is(stderr.trim().split('\n').length, 1);
  }
});

test('without QEMU and without a mirror it is skipped, status 77, and says why', async (t) => {
  const cache = mkdtempSync(join(scratch, 'cache.'));
  const { status, stderr } = await cli(['true'], {
    OVSKIT_VM_CACHE: cache,
    OVSKIT_DEBIAN_MIRROR: 'http://127.0.0.1:9',
    http_proxy: '',
  });
  t.is(status, 77);
  t.regex(stderr, /^ovskit-vm: skipped: no Debian packages: .*127\.0\.0\.1/);
  t.false(existsSync(join(cache, 'tools')));
  t.deepEqual(readdirSync(cache), []);
});
