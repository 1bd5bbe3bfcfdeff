/** A rival in Python, kept warm as a child that takes orders. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PYTHON } from '../ovsdb/python.js';

const HERE = new URL('../../../bench/rivals/', import.meta.url);

/** A script of bench/rivals that answers one line of JSON for each line it gets. */
export class PythonRival implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;
  #stderr = '';

  private constructor(script: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    const path = fileURLToPath(new URL(script, HERE));
    this.#child = spawn(PYTHON, ['-u', path, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
      this.#stderr = (this.#stderr + chunk).slice(-4000);
    });
    this.#reader = createInterface(this.#child.stdout!);
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /** Resolves when the script has loaded and connected. */
  static async start(script: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<PythonRival> {
    const rival = new PythonRival(script, args, env);
    const first = await rival.#next();
    if (first !== 'ready') throw new Error(`${script}: ${first}`);
    return rival;
  }

  async ask<T>(order: object): Promise<T> {
    this.#child.stdin!.write(`${JSON.stringify(order)}\n`);
    return JSON.parse(await this.#next()) as T;
  }

  async #next(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`the rival ended: ${this.#stderr.trim()}`);
    return value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) {
      const exited = once(this.#child, 'exit');
      // The IDL's threads would keep it alive.
      this.#child.kill('SIGKILL');
      await exited;
    }
    this.#reader.close();
  }
}
