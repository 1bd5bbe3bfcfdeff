import { spawn } from 'node:child_process';
import { closeSync, readFileSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { runDirectory } from '../../base/directories.js';
import { Fatal } from '../fatal.js';
import type { Context } from './context.js';
import { STOCK_VERSION } from './options.js';
import { onTermination } from './signals.js';
import { type Handler, UnixctlServer } from './unixctl.js';

/** Tells a child that it is the daemon; its descriptor 3 takes the progress of its start. */
const CHILD = 'OVSKIT_CLIENT_DAEMON';
const PROGRESS = 3;
const READY = 'r';

/** Whether this process is the daemon that `runDetached` started. */
export function isDetachedChild(): boolean {
  return process.env[CHILD] !== undefined;
}

/**
 * Runs this command line again as a daemon: in a session of its own, without a standard input. A process can't fork in
 * Node, so the child does all the work from the beginning.
 *
 * @returns the exit status: 0 when the daemon says that it is ready, as `daemonize_complete` does.
 */
export async function runDetached(context: Context): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    detached: true,
    env: { ...process.env, [CHILD]: '1' },
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  return await new Promise<number>((settle) => {
    const progress = child.stdio[PROGRESS] as Readable;
    progress.once('data', () => {
      // Nothing of the daemon's keeps us.
      progress.destroy();
      child.unref();
      settle(0);
    });
    child.once('close', (code, signal) => {
      // A child that ended has said why.
      if (signal)
        context.log.log('daemon_unix', 'ERR', `fork child died before signaling startup (killed (${signal}))`);
      settle(code ?? 1);
    });
  });
}

/** The daemon part of a command that runs on: pidfile, control socket, and the word to the waiting parent. */
export class Daemon implements AsyncDisposable {
  readonly #context: Context;
  #pidfile: string | undefined;
  #unixctl: UnixctlServer | undefined;
  #release: (() => void) | undefined;
  #exit: () => void = () => {};

  constructor(context: Context) {
    this.#context = context;
  }

  /** `daemonize_start`. @throws {Fatal} */
  async start(): Promise<void> {
    const { program, options } = this.#context;
    const { daemon } = options;
    const run = runDirectory();
    if (daemon.pidfile !== undefined) {
      this.#pidfile = resolve(run, daemon.pidfile === '' ? `${program}.pid` : daemon.pidfile);
      const pid = daemon.overwritePidfile ? undefined : runningPid(this.#pidfile);
      if (pid !== undefined) throw new Fatal(`${this.#pidfile}: already running as pid ${pid}, aborting`);
    }
    if (this.#pidfile !== undefined) writeFileSync(this.#pidfile, `${process.pid}\n`);
    this.#release = onTermination(() => this.#clean());
    if (!daemon.detach) return;
    const path = resolve(run, daemon.unixctl ?? `${program}.${process.pid}.ctl`);
    this.#unixctl = new UnixctlServer(`${program} (Open vSwitch) ${STOCK_VERSION}`, this.#context.log);
    this.#unixctl.addCommand('exit', '', 0, () => {
      // After the answer, which leaves when this turn of the event loop ends.
      setImmediate(() => this.#exit());
      return '';
    });
    await this.#unixctl.listen(path);
  }

  /** Adds a command to the control socket, where there is one. */
  addCommand(name: string, usage: string, argumentCount: number, handler: Handler): void {
    this.#unixctl?.addCommand(name, usage, argumentCount, handler);
  }

  /** Resolves when `exit` came over the control socket. */
  exitRequested(): Promise<void> {
    return new Promise((settle) => {
      this.#exit = settle;
    });
  }

  /** `daemonize_complete`: the parent may go, and nothing holds the directory that we were started in. */
  complete(): void {
    if (!isDetachedChild()) return;
    if (this.#context.options.daemon.chdir) process.chdir('/');
    writeSync(PROGRESS, READY);
    closeSync(PROGRESS);
  }

  /** Lets go of the control socket and the pidfile. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#release?.();
    this.#clean();
  }

  #clean(): void {
    this.#unixctl?.close();
    if (this.#pidfile !== undefined) remove(this.#pidfile);
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {}
}

/** The process that a pidfile names, while it runs. */
function runningPid(path: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(path, 'utf8'), 10);
    // The state follows the name in parentheses; a zombie has ended.
    const state = /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
    return pid === process.pid || state === 'Z' ? undefined : pid;
  } catch {
    return undefined;
  }
}
