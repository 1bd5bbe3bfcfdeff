import { chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { asNobody } from '../support/root.js';
import { type Outcome, run } from '../support/run.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What a small project takes from this one; node_modules is linked. */
const COPIED = ['package.json', 'package-lock.json', 'tsconfig.json', 'biome.json', 'ava.config.js', '.gitignore'];
const TOOLS = ['setup.mjs', 'test.mjs', 'quickstart.mjs', 'lib'];

/** A project of its own with our tools in it, so that their tests don't touch the checkout. */
export class Project {
  readonly directory = mkdtempSync(join(tmpdir(), 'ovskit-test-'));

  constructor(t: ExecutionContext<unknown>, files: Record<string, string> = {}) {
    t.teardown(() => rmSync(this.directory, { recursive: true, force: true }));
    for (const name of COPIED) cpSync(join(root, name), this.path(name));
    for (const name of TOOLS) cpSync(join(root, 'tools', name), this.path('tools', name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), this.path('node_modules'));
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  path(...parts: string[]): string {
    return join(this.directory, ...parts);
  }

  write(name: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text, { mode });
  }

  /** Lets the user nobody write in it. */
  giveToNobody(): void {
    chownSync(this.directory, asNobody.uid, asNobody.gid);
  }

  /** Runs one of the tools, such as `setup.mjs`. */
  tool(name: string, args: string[] = [], options: { env?: NodeJS.ProcessEnv; uid?: number; gid?: number } = {}) {
    const env = { ...process.env, ...options.env };
    return run(process.execPath, [this.path('tools', name), ...args], { ...options, cwd: this.directory, env });
  }
}

/** The last line of what was printed. */
export function lastLine({ stdout }: Outcome): string | undefined {
  return stdout.trimEnd().split('\n').at(-1);
}
