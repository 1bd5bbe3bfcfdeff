import { type SpawnOptions, spawn } from 'node:child_process';

/** How a program ended and what it printed. */
export interface Outcome {
  /** The exit status, or the name of the signal that ended it. */
  status: number | NodeJS.Signals;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end without a standard input. Rejects only when it can't be started. */
export function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ status: signal ?? code ?? -1, stdout, stderr }));
  });
}

/** Runs a program that must succeed, and returns what it printed, without the final line break. */
export async function output(command: string, args: readonly string[], options?: SpawnOptions): Promise<string> {
  const { status, stdout, stderr } = await run(command, args, options);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status}: ${stderr}`);
  return stdout.trimEnd();
}
