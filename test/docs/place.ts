import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { transform } from 'esbuild';
import type { Sandbox } from '../../src/sandbox/index.js';
import { type Outcome, run } from '../support/run.js';
import { root } from './blocks.js';

/** What a command that should work while a program runs is given, in milliseconds. */
const MEANWHILE = 30_000;

/**
 * A project that has ovskit as a user has it, with the environment that a sandbox gives to what runs inside. The machine has no
 * Open vSwitch of its own, the command `ovskit` is in the path, and only the project and /tmp can be written.
 */
export class Place {
  readonly #directory = mkdtempSync(join(tmpdir(), 'ovskit-docs-'));
  readonly #env: NodeJS.ProcessEnv;

  constructor(sandbox: Sandbox) {
    // Where npm puts a package's commands, for npx; in the PATH, as in a sandbox.
    const bin = join(this.#directory, 'node_modules/.bin');
    chmodSync(this.#directory, 0o755);
    mkdirSync(bin, { recursive: true });
    symlinkSync(root, join(this.#directory, 'node_modules/ovskit'));
    symlinkSync(join(root, 'node_modules/@types'), join(this.#directory, 'node_modules/@types'));
    writeFileSync(join(this.#directory, 'package.json'), '{ "type": "module" }');
    cpSync(join(root, 'examples/vifs.json'), join(this.#directory, 'vifs.json'));
    const main = join(root, 'dist/src/cli/main.js');
    writeFileSync(join(bin, 'ovskit'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
    chmodSync(join(bin, 'ovskit'), 0o755);
    const cache = join(this.#directory, 'npm');
    this.#env = { ...process.env, ...sandbox.env, npm_config_cache: cache, PATH: `${bin}:${process.env.PATH}` };
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.#directory, name), text);
  }

  /** Runs a shell text to its end. */
  shell(text: string): Promise<Outcome> {
    const [command, args] = inside(['bash', '-euo', 'pipefail', '-c', text]);
    return run(command, args, { cwd: this.#directory, env: this.#env });
  }

  /** Runs a TypeScript program; with `meanwhile`, until that command works beside it. */
  async program(source: string, meanwhile?: string): Promise<Outcome> {
    const { code } = await transform(source, { loader: 'ts', target: 'node20', format: 'esm' });
    this.write('program.mjs', code);
    const [command, args] = inside([process.execPath, 'program.mjs']);
    if (meanwhile === undefined) return run(command, args, { cwd: this.#directory, env: this.#env });
    const child = spawn(command, args, { cwd: this.#directory, env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    return this.#meanwhile(child, meanwhile);
  }

  async #meanwhile(child: ChildProcess, command: string): Promise<Outcome> {
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdout?.resume();
    const closed = once(child, 'close');
    const until = Date.now() + MEANWHILE;
    for (;;) {
      const { status, stdout, stderr: said } = await this.shell(command);
      const over = child.exitCode !== null || Date.now() > until;
      if (status !== 0 && !over) {
        await sleep(100);
        continue;
      }
      child.kill();
      await closed;
      return { status, stdout, stderr: `${said}${stderr}` };
    }
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function inside(command: readonly string[]): [string, string[]] {
  // The machine's files can't be changed: a page may tell to. /tmp stays. /dev/net/tun is as udev makes it.
  const mounts =
    'mount -t tmpfs -o mode=755 tmpfs /run && ' +
    'mknod /run/tun c 10 200 && chmod 666 /run/tun && mount --bind /run/tun /dev/net/tun && ' +
    'mount --bind . . && mount --rbind /tmp /tmp && cd "$PWD" && mount -o remount,bind,ro / && exec "$@"';
  return ['unshare', ['--mount', '--propagation', 'private', 'sh', '-c', mounts, 'sh', ...command]];
}
