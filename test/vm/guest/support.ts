import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { messageOf } from '../../../src/base/errors.js';
import { scaled } from '../../../tools/vm/inside.js';

const execFileAsync = promisify(execFile);

/** A real tool, run to check against or to set the scene; its standard output. */
export async function run(program: string, ...args: string[]): Promise<string> {
  return (await execFileAsync(program, args, { timeout: scaled(10_000) })).stdout;
}

/** `ip -json ...`, parsed. */
// biome-ignore lint/suspicious/noExplicitAny: whatever ip(8) prints
export async function ip(...args: string[]): Promise<any> {
  const text = await run('ip', '-json', '-details', ...args);
  return text.trim() ? JSON.parse(text) : [];
}

/** A file of sysfs, without the newline at its end. */
export function sysfs(path: string): string {
  return readFileSync(`/sys/${path}`, 'utf8').trim();
}

/** Asks again until the answer is `expected`; the last answer when the time is up. */
export async function eventually<T>(
  expected: T,
  ask: () => T | Promise<T>,
  timeout = scaled(3_000),
): Promise<T | string> {
  const deadline = performance.now() + timeout;
  for (;;) {
    let answer: T | string;
    try {
      answer = await ask();
    } catch (error) {
      answer = messageOf(error);
    }
    if (answer === expected || performance.now() > deadline) return answer;
    await sleep(50);
  }
}
