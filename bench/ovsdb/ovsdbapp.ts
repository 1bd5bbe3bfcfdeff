import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { sourceFile } from './floor.js';
import { PYTHON, preparePython } from './python.js';

/** @returns why it can't be measured, or nothing. */
export const prepareOvsdbapp = (): string | undefined => preparePython('python3-ovsdbapp', 'ovsdbapp.backend.ovs_idl');

/** A process of ovsdbapp with one warm connection; see ovsdbapp-ports.py. */
export class Ovsdbapp implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: Interface;

  private constructor(remote: string) {
    this.#child = spawn(PYTHON, [sourceFile('ovsdb/ovsdbapp-ports.py'), remote], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#lines = createInterface({ input: this.#child.stdout });
  }

  static async start(remote: string): Promise<Ovsdbapp> {
    const app = new Ovsdbapp(remote);
    await app.#line();
    return app;
  }

  /** Adds ports. @returns the microseconds that each took. */
  async addPorts(bridge: string, names: readonly string[]): Promise<number[]> {
    this.#child.stdin.write(`${[bridge, ...names].join(' ')}\n`);
    return JSON.parse(await this.#line()) as number[];
  }

  async #line(): Promise<string> {
    const ended = once(this.#lines, 'close').then(() => {
      throw new Error('ovsdbapp-ports.py ended');
    });
    const [line] = (await Promise.race([once(this.#lines, 'line'), ended])) as [string];
    return line;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    await once(this.#child, 'exit');
  }
}
