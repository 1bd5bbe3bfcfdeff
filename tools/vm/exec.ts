import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { OvskitError } from '../../src/base/errors.js';

const execFileAsync = promisify(execFile);

export interface ExecOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** The command as the error names it, where the whole is too long to be read. */
  label?: string;
}

/** Runs a program of the build machine and returns its standard output; a failure quotes the end of its standard error. */
export async function exec(program: string, args: readonly string[], options: ExecOptions = {}): Promise<Buffer> {
  try {
    const { cwd, env } = options;
    const { stdout } = await execFileAsync(program, args, { cwd, env, encoding: 'buffer', maxBuffer: 2 ** 30 });
    return stdout;
  } catch (error) {
    const stderr = (error as { stderr?: Buffer }).stderr?.toString().trim().split('\n').slice(-3).join('; ');
    const why = stderr || (error as Error).message;
    const label = options.label ?? [program, ...args].join(' ').slice(0, 200);
    throw new OvskitError('ERR_VM_COMMAND', `${label}: ${why}`, { cause: error });
  }
}

/**
 * Fills a folder beside `target` and moves it into place when it is whole, so that a half-made one is never seen and two
 * processes that prepare at once don't disturb each other: the slower one's copy is dropped.
 */
export async function fillAtomically(target: string, fill: (dir: string) => Promise<void>): Promise<void> {
  const dir = `${target}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await mkdir(dirname(target), { recursive: true });
  await mkdir(dir);
  try {
    await fill(dir);
    await rename(dir, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
