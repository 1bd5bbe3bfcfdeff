import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { messageOf } from '../base/errors.js';
import { SandboxError } from './errors.js';
import { findProgram, type Program } from './programs.js';

/** Milliseconds that a daemon gets to end by itself before SIGKILL. */
const STOP_TIMEOUT = 10_000;

/** Lines of its log that an error shows. */
const LOG_TAIL = 15;

/** How to run a daemon. */
export interface DaemonConfig {
  program: Program;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** Resolves when the daemon serves; must reject when `signal` fires. */
  ready: (signal: AbortSignal) => Promise<void>;
}

/** A daemon of the sandbox, in the foreground as our child, that can be killed and started again. */
export class Daemon {
  readonly name: string;
  readonly #config: DaemonConfig;
  #process: ChildProcess | undefined;
  #exited: Promise<string> = Promise.resolve('not started');

  constructor(config: DaemonConfig) {
    this.name = config.program;
    this.#config = config;
  }

  /** The process id, or undefined while it doesn't run. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Resolves when the process that runs now ends, with how it ended ("exit status 1", "SIGKILL"). */
  get exited(): Promise<string> {
    return this.#exited;
  }

  /**
   * Starts it and waits until it serves.
   * @throws {SandboxError} when it ends instead, or does not serve before `signal` fires; with the tail of its log
   */
  async start(signal: AbortSignal): Promise<void> {
    if (this.#process) throw new SandboxError(`${this.name} runs already, as process ${this.#process.pid}`);
    this.#spawn();
    const exited = this.#exited;
    const failure = new AbortController();
    const stopWaiting = AbortSignal.any([signal, failure.signal]);
    try {
      await Promise.race([
        this.#config.ready(stopWaiting),
        exited.then((how) => {
          throw new Error(`ended at once (${how})`);
        }),
      ]);
    } catch (cause) {
      failure.abort();
      await this.stop();
      if (signal.aborted) throw new SandboxError(`${this.name} was not ready in time${this.#logTail()}`, { cause });
      throw new SandboxError(`${this.name} did not start: ${messageOf(cause)}${this.#logTail()}`, { cause });
    }
  }

  /** Sends `signal` and waits for the end, which must follow; `kill()` is `kill -9`. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#process?.kill(signal);
    await this.#exited;
  }

  /** SIGTERM, and SIGKILL if that doesn't end it within 10 s. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (!child) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT);
    await this.#exited;
    clearTimeout(timer);
  }

  #spawn(): void {
    const { program, args, env, logFile } = this.#config;
    // One file takes the log and what is printed before the log is open.
    const log = openSync(logFile, 'a', 0o600);
    try {
      // The kernel kills it when the thread that started it ends, so not even SIGKILL of ours leaves it behind. A
      // session of its own keeps the terminal's Ctrl-C from it: `stop` ends things in order.
      const child = spawn(findProgram('setpriv'), ['--pdeathsig', 'KILL', '--', findProgram(program), ...args], {
        detached: true,
        env,
        stdio: ['ignore', log, log],
      });
      this.#process = child;
      this.#exited = new Promise((resolve) => {
        const ended = (how: string) => {
          if (this.#process === child) this.#process = undefined;
          resolve(how);
        };
        child.once('error', (error) => ended(error.message));
        child.once('exit', (code, signal) => ended(signal ?? `exit status ${code}`));
      });
    } finally {
      closeSync(log);
    }
  }

  #logTail(): string {
    let lines: string[];
    try {
      lines = readFileSync(this.#config.logFile, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL);
    } catch {
      return '';
    }
    return lines.join('').trim() === '' ? '; its log is empty' : `; the end of its log:\n  ${lines.join('\n  ')}`;
  }
}
