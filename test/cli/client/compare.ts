import { type SpawnOptions, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { clientCommand } from '../../../src/cli/commands/client.js';
import type { Outcome } from '../../support/run.js';

export const entry = fileURLToPath(new URL('./entry.js', import.meta.url));

/** What differs from run to run: times, and on demand uuids and a checksum over them. */
const masks: readonly [RegExp, string][] = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}/g, '<time>'],
  [/"_date":\d+/g, '"_date":<time>'],
];
const UUID = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g;

/** A command line, and how the two runs of it are made comparable. */
export interface Line {
  args: readonly string[];
  /** A file: the stock tool seeks in it. */
  stdin?: string;
  env?: NodeJS.ProcessEnv;
  /** Ours runs in this process, whose environment the fixture has set. */
  here?: boolean;
  /** Rows get uuids of their own. */
  maskUuids?: boolean;
  /** Lines come in an order that is drawn by lot. */
  anyOrder?: boolean;
  mask?: [RegExp, string];
}

function masked(text: string, line: Line): string {
  let result = text;
  for (const [pattern, name] of [...masks, ...(line.mask ? [line.mask] : [])]) result = result.replace(pattern, name);
  if (line.maskUuids) result = result.replace(UUID, '<uuid>');
  if (line.anyOrder)
    result = result
      .replace(/^<time>\|\d+\|/gm, '<time>|')
      .split('\n')
      .sort()
      .join('\n');
  return result;
}

function run(
  command: string,
  args: readonly string[],
  stdin: string | undefined,
  options: SpawnOptions,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options,
      stdio: [stdin === undefined ? 'ignore' : openSync(stdin, 'r'), 'pipe', 'pipe'],
    });
    const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    child.stdout?.on('data', (chunk: Buffer) => chunks.stdout.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => chunks.stderr.push(chunk));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const stdout = Buffer.concat(chunks.stdout).toString();
      resolve({ status: signal ?? code ?? -1, stdout, stderr: Buffer.concat(chunks.stderr).toString() });
    });
  });
}

/** Where a command writes that runs in this process. */
class Sink extends Writable {
  readonly chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

async function runHere(args: readonly string[]): Promise<Outcome> {
  const stdout = new Sink();
  const stderr = new Sink();
  const status = await clientCommand(args, { stdout, stderr });
  return { status, stdout: stdout.text, stderr: stderr.text };
}

/** Runs a line by the stock ovsdb-client and then by ours, in a process of its own or, to save its start, in this one. */
export async function runBoth(line: Line, env: NodeJS.ProcessEnv): Promise<{ stock: Outcome; ours: Outcome }> {
  const options = { env: { ...env, ...line.env } };
  const stock = await run('ovsdb-client', line.args, line.stdin, options);
  const here = line.here === true && line.stdin === undefined;
  const ours = here
    ? await runHere(line.args)
    : await run(process.execPath, [entry, ...line.args], line.stdin, options);
  return { stock: maskAll(stock, line), ours: maskAll(ours, line) };
}

function maskAll({ status, stdout, stderr }: Outcome, line: Line): Outcome {
  return { status, stdout: masked(stdout, line), stderr: masked(stderr, line) };
}
