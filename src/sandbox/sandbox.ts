import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { type CallOptions, deadlineSignal } from '../base/deadline.js';
import { AbortedError, messageOf, TimeoutError } from '../base/errors.js';
import type { Daemon } from './daemon.js';
import { ovsdbServer, ovsVswitchd } from './daemons.js';
import { SandboxError } from './errors.js';
import { Guard } from './guard.js';
import { privateNetwork } from './network.js';
import { type SandboxOptions, type SandboxSettings, settle } from './options.js';
import { findProgram, findSchema, type Program } from './programs.js';
import { transact } from './rpc.js';

/** The variable by which the guard knows what belongs to a sandbox. A shell that merely works in one hasn't got it. */
const MARK = 'OVSKIT_SANDBOX';

/** Milliseconds that `startSandbox` waits by default. */
const START_TIMEOUT = 30_000;

/** Milliseconds that `addBridge` waits by default. */
const BRIDGE_TIMEOUT = 30_000;

/**
 * A private Open vSwitch: ovsdb-server and ovs-vswitchd in a run directory, and for root a network namespace, of their
 * own. It is a developer's tool, so unlike the rest of ovskit it runs the stock programs.
 */
export class Sandbox implements AsyncDisposable {
  /** Where the database, the sockets and the logs are. */
  readonly runDirectory: string;
  /** What clients connect to: `unix:RUN_DIRECTORY/db.sock`. */
  readonly remote: string;
  /** The variables that make the stock `ovs-vsctl`, `ovs-appctl`, `ovs-ofctl` and ovskit work in it. */
  readonly env: Readonly<Record<string, string>>;
  /** The environment of a process that ends with the sandbox: `env`, our own, and the mark that it goes by. */
  readonly childEnv: NodeJS.ProcessEnv;
  readonly ovsdbServer: Daemon;
  /** Undefined when it was started without. */
  readonly vswitchd: Daemon | undefined;
  /** How it was set up, defaults filled in. */
  readonly settings: Readonly<SandboxSettings>;
  readonly #guard: Guard;
  #stopped: Promise<void> | undefined;

  /** For `startSandbox`. */
  constructor(settings: SandboxSettings, guard: Guard) {
    const { runDirectory } = settings;
    this.settings = settings;
    this.runDirectory = runDirectory;
    this.remote = `unix:${join(runDirectory, 'db.sock')}`;
    this.env = {
      OVS_RUNDIR: runDirectory,
      OVS_DBDIR: runDirectory,
      OVS_LOGDIR: runDirectory,
      OVS_SYSCONFDIR: runDirectory,
      OVSKIT_REMOTE: this.remote,
    };
    this.#guard = guard;
    this.childEnv = { ...process.env, ...this.env, [MARK]: runDirectory };
    this.ovsdbServer = ovsdbServer(runDirectory, this.childEnv);
    if (settings.vswitchd) this.vswitchd = ovsVswitchd(runDirectory, this.childEnv, settings.datapath === 'dummy');
  }

  /** For `startSandbox`: makes the database and starts the daemons. */
  async start(signal: AbortSignal): Promise<void> {
    await this.#run('ovsdb-tool', ['create', join(this.runDirectory, 'conf.db'), findSchema()], signal);
    await this.ovsdbServer.start(signal);
    // The row that everything hangs on; `ovs-vsctl init` makes it on a host.
    const row = { op: 'insert', table: 'Open_vSwitch', row: {} };
    await transact(join(this.runDirectory, 'db.sock'), [row], signal);
    await this.vswitchd?.start(signal);
  }

  /**
   * Adds a bridge on the sandbox's datapath and waits until ovs-vswitchd has made it.
   * Equivalent to `ovs-vsctl add-br NAME -- set bridge NAME datapath_type=netdev`.
   * @param options `timeout` in milliseconds, 30 000 by default.
   * @throws {SandboxError | TimeoutError | AbortedError}
   */
  async addBridge(name: string, options: CallOptions = {}): Promise<void> {
    const wait = this.vswitchd ? [] : ['--no-wait'];
    const timeout = options.timeout ?? BRIDGE_TIMEOUT;
    const deadline = deadlineSignal(timeout);
    const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
    const set = ['set', 'bridge', name, `datapath_type=${this.settings.datapath}`];
    try {
      await this.#run('ovs-vsctl', [...wait, 'add-br', name, '--', ...set], signal);
    } catch (cause) {
      if (options.signal?.aborted || !deadline.aborted) throw cause;
      throw new TimeoutError(`sandbox: bridge ${name} not made within ${timeout} ms`, { cause });
    }
  }

  /**
   * Ends the daemons and removes the run directory unless it is to be kept. Every call waits for the same end.
   * @throws {SandboxError} when something could not be removed
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    await this.vswitchd?.stop();
    await this.ovsdbServer.stop();
    await this.#guard.release();
  }

  #run(program: Program, args: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const options = { env: this.childEnv, signal };
      execFile(findProgram(program), args, options, (error, _stdout, stderr) => {
        if (!error) resolve();
        else if (signal?.aborted) reject(new AbortedError(`${program} ${args[0]}: aborted`, { cause: signal.reason }));
        else reject(new SandboxError(`${program} ${args[0]}: ${stderr.trim() || error.message}`, { cause: error }));
      });
    });
  }
}

/**
 * Starts a private Open vSwitch and waits until it serves. Start it in the main thread: the daemons end with the thread
 * that started them. Whatever ends this process, SIGKILL too, no process, namespace or directory stays behind.
 * Similar to `ovs-sandbox` of the Open vSwitch sources.
 * @throws {InvalidArgumentError} for a run directory that exists, can't be made, or has too long a path
 * @throws {SandboxError} when a program is missing or a daemon does not start; with the end of its log
 * @throws {TimeoutError | AbortedError}
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const settings = settle(options);
  const timeout = options.timeout ?? START_TIMEOUT;
  const deadline = deadlineSignal(timeout);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  if (options.signal?.aborted) throw aborted(options.signal);
  const guard = await Guard.create(settings.runDirectory, settings.keep, `${MARK}=${settings.runDirectory}`);
  let sandbox: Sandbox | undefined;
  try {
    if (settings.network === 'private') await privateNetwork(settings.runDirectory);
    sandbox = new Sandbox(settings, guard);
    await sandbox.start(signal);
    return sandbox;
  } catch (cause) {
    await (sandbox ?? { stop: () => guard.release() }).stop();
    if (options.signal?.aborted) throw aborted(options.signal);
    if (!deadline.aborted) throw cause;
    throw new TimeoutError(`sandbox: not ready within ${timeout} ms: ${messageOf(cause)}`, { cause });
  }
}

function aborted(signal: AbortSignal): AbortedError {
  return new AbortedError('sandbox: start aborted', { cause: signal.reason });
}
