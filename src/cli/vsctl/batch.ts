import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Exit, Fatal } from '../fatal.js';
import { errnoOf } from '../strerror.js';
import type { Invocation } from './command.js';
import { parseCommands } from './parse.js';
import type { Server } from './server.js';
import { openServer, prepare, runCommands, type Vsctl } from './session.js';
import { splitWords } from './text/words.js';

/** A line of a batch. */
interface Line {
  readonly number: number;
  readonly text: string;
}

/**
 * `--batch[=FILE]`: command lines from a file or standard input on one connection, each a transaction, or all of them
 * one with `--atomic`. Empty lines and those that begin with `#` are left out. An error names its line, and the next line
 * follows.
 *
 * @returns the exit status: 1 when a line failed.
 */
export async function runBatch(vsctl: Vsctl, operands: readonly string[]): Promise<number> {
  const file = operands[0] ?? vsctl.options.batch ?? '-';
  if (operands.length > 1) throw new Fatal('--batch takes one file; the commands stand in it');
  const server = await openServer(vsctl);
  try {
    return vsctl.options.atomic ? await runAtomically(vsctl, server, file) : await runLines(vsctl, server, file);
  } finally {
    await server.close();
  }
}

async function runLines(vsctl: Vsctl, server: Server, file: string): Promise<number> {
  let status = 0;
  for await (const line of readLines(file)) {
    try {
      const invocations = parseLine(vsctl, line);
      await runCommands(vsctl, server, invocations, `${vsctl.program}: ${line.text}`);
    } catch (error) {
      report(vsctl, line, file, error);
      status = 1;
    }
  }
  return status;
}

async function runAtomically(vsctl: Vsctl, server: Server, file: string): Promise<number> {
  const invocations: Invocation[] = [];
  let status = 0;
  for await (const line of readLines(file)) {
    try {
      invocations.push(...parseLine(vsctl, line));
    } catch (error) {
      report(vsctl, line, file, error);
      status = 1;
    }
  }
  if (status === 0 && invocations.length > 0) {
    await runCommands(vsctl, server, invocations, `${vsctl.program}: batch of ${invocations.length} commands`);
  }
  return status;
}

function parseLine(vsctl: Vsctl, { text }: Line): Invocation[] {
  const invocations = parseCommands(splitWords(text));
  prepare(vsctl, invocations);
  return invocations;
}

function report({ io, program }: Vsctl, { number }: Line, file: string, error: unknown): void {
  const place = `${file === '-' ? '<stdin>' : file}:${number}`;
  if (error instanceof Exit) io.stderr.write(`${program}: ${place}: exit status ${error.status}\n`);
  else if (error instanceof Fatal) io.stderr.write(`${program}: ${place}: ${error.message}\n`);
  else throw error;
}

async function* readLines(file: string): AsyncGenerator<Line> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  let number = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (/^\s*(#|$)/.test(text)) continue;
      yield { number, text };
    }
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    throw new Fatal(`${file}: open failed`, errno);
  }
}
