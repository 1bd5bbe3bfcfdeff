import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Order, Told } from './worker.js';

/** Inputs that broke a property once, named `TARGET-HASH`: compiled to dist/test/fuzz, kept with the sources. */
const found = fileURLToPath(new URL('../../../test/fuzz/found', import.meta.url));

/** Milliseconds after which an input is taken to hang: thousands of times what any takes. */
const HANGS = 30_000;
const LONGEST = 64 * 1024;

export interface Finding {
  readonly what: string;
  readonly input: Buffer;
}

export interface Fuzzed {
  readonly runs: number;
  readonly finding: Finding | undefined;
}

/** Feeds a target with inputs, in a thread, so that one that never returns is found too. */
export async function fuzz(order: Omit<Order, 'shared'>): Promise<Fuzzed> {
  const shared = new SharedArrayBuffer(8 + 4 * LONGEST);
  const numbers = new Int32Array(shared, 0, 2);
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: { ...order, shared } });
  const last = () => Buffer.from(new Uint8Array(shared, 8, numbers[1]));
  let seen = -1;
  let watch: NodeJS.Timeout | undefined;
  try {
    const told = await new Promise<Told>((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
      watch = setInterval(() => {
        const now = Atomics.load(numbers, 0);
        if (now === seen) resolve({ runs: now, failure: `no end within ${HANGS} ms` });
        seen = now;
      }, HANGS);
    });
    return { runs: told.runs, finding: told.failure ? { what: told.failure, input: last() } : undefined };
  } catch (error) {
    return { runs: numbers[0] ?? 0, finding: { what: `the thread ended: ${(error as Error).stack}`, input: last() } };
  } finally {
    clearInterval(watch);
    await worker.terminate();
  }
}

/** Keeps an input as a case for ever. @returns its file */
export function keep(target: string, input: Buffer): string {
  mkdirSync(found, { recursive: true });
  const file = join(found, `${target}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}`);
  writeFileSync(file, input);
  return file;
}

/** The inputs kept. */
export function kept(): { name: string; target: string; input: Buffer }[] {
  return readdirSync(found)
    .filter((name) => /^\w+-[0-9a-f]{12}$/.test(name))
    .map((name) => ({ name, target: name.split('-')[0] as string, input: readFileSync(join(found, name)) }));
}
