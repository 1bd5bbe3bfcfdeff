import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { entry } from './compare.js';

/** How long the slower of two may take to print what the other has printed. */
const DEADLINE = 60_000;

class Running {
  readonly child: ChildProcess;
  readonly exit: Promise<unknown[]>;
  stdout = '';
  stderr = '';

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.exit = once(this.child, 'close');
  }

  /** What it printed, times masked; and how it ended. */
  get record() {
    const mask = (text: string) => text.replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?/g, '<time>');
    const { exitCode, signalCode } = this.child;
    return { stdout: mask(this.stdout), stderr: mask(this.stderr), status: signalCode ?? exitCode };
  }
}

/** The stock ovsdb-client and ours, running on at the same time with the same words. */
export class Pair {
  readonly stock: Running;
  readonly ours: Running;

  constructor(args: readonly string[], env: NodeJS.ProcessEnv, oursArgs = args) {
    this.stock = new Running('ovsdb-client', args, env);
    this.ours = new Running(process.execPath, [entry, ...oursArgs], env);
  }

  /** Waits until both have printed the same, and it satisfies `enough`. */
  async settle(enough: (stdout: string) => boolean): Promise<void> {
    const end = Date.now() + DEADLINE;
    const done = () => {
      const stdout = this.stock.record.stdout;
      return stdout === this.ours.record.stdout && enough(stdout);
    };
    while (!done() && Date.now() < end) await delay(10);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.stock.child.kill(signal);
    this.ours.child.kill(signal);
    await this.exited();
  }

  async exited(): Promise<void> {
    await Promise.all([this.stock.exit, this.ours.exit]);
  }
}
