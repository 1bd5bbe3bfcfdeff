import { once } from 'node:events';
import { cp, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AbortedError, InvalidArgumentError, TimeoutError } from '../../src/base/errors.js';
import { GuestError } from './errors.js';
import { BOOT_MODULES, writeInitramfs } from './kernel.js';
import { type Machine, type MachineFiles, startMachine } from './machine.js';
import { parseNic } from './nics.js';
import { mainScript } from './paths.js';
import { type Prepared, prepare } from './prepare.js';
import { type Accel, chooseAccel, timeScale } from './qemu.js';

export interface GuestOptions {
  /** Program and arguments, as root; no shell is between. */
  command: readonly string[];
  /** Where it runs: a folder of the host; this process's own if not given. */
  cwd?: string;
  /** Besides PATH, HOME and LANG, which are this process's own. */
  env?: Record<string, string>;
  /** Network cards, `MODEL[,OPTION=VALUE]...`; see `parseNic`. */
  nics?: readonly string[];
  /** Kernel modules to load first, as modprobe takes them: `openvswitch`, `bonding max_bonds=0`. */
  modules?: readonly string[];
  /** Folders of the host that the guest may write to. All else it writes is gone afterwards. */
  writable?: readonly string[];
  /** MiB; 1024 if not given. */
  memory?: number;
  /** Virtual CPUs; 1 if not given. */
  cpus?: number;
  /** KVM where it works, else emulation, if not given. */
  accel?: Accel;
  /** Milliseconds that the command may take, counted from the boot; 600000 if not given. */
  timeout?: number;
  /** Ends the guest with `ERR_ABORTED`. */
  signal?: AbortSignal;
  /** Where its output goes as it comes; collected in the result if not given. */
  stdout?: NodeJS.WritableStream;
  stderr?: NodeJS.WritableStream;
}

export interface GuestResult {
  /** The command's exit status; 128 + N when signal N ended it. */
  status: number;
  stdout: Buffer;
  stderr: Buffer;
  accel: Accel;
  /** Milliseconds from QEMU's start to the command's. */
  bootTime: number;
}

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** The command as a script for the guest's shell. */
export function commandScript(command: readonly string[], cwd: string, env: Record<string, string>): string {
  for (const name of Object.keys(env)) {
    if (!/^[A-Za-z_]\w*$/.test(name))
      throw new InvalidArgumentError(`"${name}" is no name for an environment variable`);
  }
  const exports = Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}\n`);
  return `${exports.join('')}cd ${quote(cwd)} || exit 125\nexec ${command.map(quote).join(' ')}\n`;
}

/**
 * Runs a command as root in a throw-away guest on Debian's stock kernel, which sees this machine's files and can change
 * none. Fetches QEMU and the kernel the first time (87 MB).
 *
 * @throws {VmUnavailableError} `ERR_VM_UNAVAILABLE`: no guest can run here, and why.
 * @throws {GuestError} `ERR_VM_GUEST`: the guest did not come up, or died.
 * @throws {TimeoutError} `ERR_TIMEOUT`; {AbortedError} `ERR_ABORTED`. Nothing of the guest is left in any case.
 */
export async function runInGuest(options: GuestOptions): Promise<GuestResult> {
  if (options.command.length === 0) throw new InvalidArgumentError('the guest needs a command to run');
  options.signal?.throwIfAborted();
  const netdevsim = (options.modules ?? []).some((spec) => /^netdevsim\b/.test(spec.trim()));
  const prepared = await prepare({ netdevsim });
  const work = await realpath(await mkdtemp(join(tmpdir(), 'ovskit-vm.')));
  try {
    const files = await writeRun(prepared, options, work);
    return await supervise(files, prepared, options);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Everything that QEMU and the guest's init read. */
async function writeRun({ kernel }: Prepared, options: GuestOptions, work: string): Promise<MachineFiles> {
  const nics = (options.nics ?? []).map(parseNic);
  const accel = options.accel ?? chooseAccel();
  const writable = await Promise.all((options.writable ?? []).map((dir) => realpath(dir)));
  const booted = kernel.modules.loadOrder(BOOT_MODULES);
  const asked = [...nics.flatMap((nic) => nic.modules), ...(options.modules ?? [])];
  const modules = kernel.modules.loadOrder(asked, booted);
  const { PATH = '/usr/bin:/bin', HOME = '/root', LANG = 'C.UTF-8' } = process.env;
  const env = {
    PATH,
    HOME,
    LANG,
    OVSKIT_VM_NICS: JSON.stringify(nics.map(({ nic }) => nic)),
    OVSKIT_TIME_SCALE: String(timeScale(accel)),
    ...options.env,
  };
  const lines = (list: readonly string[]) => list.map((line) => `${line}\n`).join('');
  const script = commandScript(options.command, options.cwd ?? process.cwd(), env);
  await Promise.all([
    writeFile(join(work, 'command'), script),
    writeFile(join(work, 'modules'), lines(modules)),
    writeFile(join(work, 'writable'), lines(writable)),
    cp(mainScript, join(work, 'main')),
    writeInitramfs(kernel, join(work, 'initrd')),
  ]);
  return { work, writable, accel, deviceArgs: nics.flatMap((nic) => nic.args) };
}

async function supervise(files: MachineFiles, prepared: Prepared, options: GuestOptions): Promise<GuestResult> {
  const { signal, timeout = 600_000 } = options;
  const started = performance.now();
  const machine = await startMachine(files, prepared, options);
  const bootLimit = files.accel === 'kvm' ? 30_000 : 120_000;
  try {
    await within(machine, machine.up, Math.min(bootLimit, timeout), signal, 'the guest to come up');
    const bootTime = performance.now() - started;
    const left = Math.max(timeout - bootTime, 0);
    const what = `${options.command[0]} in the guest (${timeout} ms, of which the boot took ${Math.round(bootTime)})`;
    const status = await within(machine, machine.exit, left, signal, what);
    // The guest said so after its output was taken and its writes were synced: nothing is lost by not waiting for its end.
    await machine.kill();
    const [stdout, stderr] = await Promise.all([machine.stdout, machine.stderr]);
    return { status, stdout, stderr, accel: files.accel, bootTime };
  } finally {
    await machine.kill();
  }
}

/** Waits for one thing to happen in the guest, or for its end, the deadline or the signal, whichever comes first. */
async function within<T>(
  machine: Machine,
  event: Promise<T>,
  ms: number,
  signal: AbortSignal | undefined,
  what: string,
): Promise<T> {
  const release = new AbortController();
  const never = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new TimeoutError(`${what}: not within ${Math.round(ms)} ms`)), ms);
    release.signal.addEventListener('abort', () => clearTimeout(timer));
    if (!signal) return;
    const abort = () => reject(new AbortedError(`${what}: aborted`, { cause: signal.reason }));
    if (signal.aborted) abort();
    else once(signal, 'abort', { signal: release.signal }).then(abort, () => {});
  });
  const death = machine.stopped.then(async () => {
    throw new GuestError(`the guest ended while waiting for ${what}: ${await machine.lastWords()}`);
  });
  death.catch(() => {});
  never.catch(() => {});
  try {
    return await Promise.race([event, never, death]);
  } finally {
    release.abort();
  }
}
