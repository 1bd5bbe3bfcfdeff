import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { AbortedError, messageOf } from '../../base/errors.js';
import { quoteArgument, quoteCommand } from '../../base/shell.js';
import { checkDeviceName } from '../../netdev/index.js';
import { type Sandbox, startSandbox } from '../../sandbox/index.js';
import type { Io } from '../io.js';
import { type EndingSignals, endingSignals, SIGNALS } from '../signals.js';
import { parseArguments, UsageError } from '../usage.js';

export const sandboxHelp = `ovskit sandbox [--keep] [--bridge NAME]... [--no-vswitchd] [--run-directory DIR] [-- COMMAND ARG...]

Starts a private ovsdb-server and ovs-vswitchd in a run directory of their own, and for root in a network namespace of
their own. They end with Ctrl-C, or with COMMAND, which runs inside and whose exit status is passed on. In there, "ovskit"
is this very program, wherever it was started from.

  --keep               keep the run directory (database, logs) afterwards
  --bridge NAME        add a bridge; may be repeated
  --no-vswitchd        only the database
  --run-directory DIR  make and use DIR, which must not exist yet
`;

/** Milliseconds that the command inside gets to end after SIGTERM or SIGHUP. */
const COMMAND_TIMEOUT = 5000;

interface Invocation {
  keep: boolean;
  bridges: string[];
  vswitchd: boolean;
  runDirectory: string | undefined;
  command: string[];
}

/**
 * `ovskit sandbox`: a private Open vSwitch until Ctrl-C, or while a command runs inside.
 * @returns the exit status: the command's own (128 + n when signal n ended it, 127 when there is no such command), 0
 *   after Ctrl-C, 1 when a daemon ended by itself
 * @throws {UsageError} for arguments that can't be understood
 * @throws {SandboxError | TimeoutError | InvalidArgumentError} when the sandbox can't be set up
 */
export async function sandboxCommand(argv: string[], io: Io): Promise<number> {
  const invocation = parse(argv);
  using ending = endingSignals();
  try {
    return await run(invocation, io, ending);
  } catch (error) {
    if (error instanceof AbortedError && ending.signal.aborted) return interrupted(invocation, ending);
    throw error;
  }
}

function parse(argv: string[]): Invocation {
  const end = argv.indexOf('--');
  const { values, positionals } = parseArguments({
    args: end < 0 ? argv : argv.slice(0, end),
    allowPositionals: true,
    options: {
      keep: { type: 'boolean', default: false },
      bridge: { type: 'string', multiple: true, default: [] },
      'no-vswitchd': { type: 'boolean', default: false },
      'run-directory': { type: 'string' },
    },
  });
  if (positionals[0] !== undefined) {
    throw new UsageError(`unexpected argument '${positionals[0]}': a command to run inside comes after '--'`);
  }
  for (const bridge of values.bridge) checkDeviceName(bridge);
  const command = end < 0 ? [] : argv.slice(end + 1);
  if (end >= 0 && command.length === 0) throw new UsageError("no command after '--'");
  return {
    keep: values.keep,
    bridges: values.bridge,
    vswitchd: !values['no-vswitchd'],
    runDirectory: values['run-directory'],
    command,
  };
}

async function run(invocation: Invocation, io: Io, ending: EndingSignals): Promise<number> {
  const { signal } = ending;
  const { keep, vswitchd, runDirectory, command } = invocation;
  const sandbox = await startSandbox({ keep, vswitchd, runDirectory, signal });
  try {
    const programs = ownProgram(sandbox.runDirectory);
    for (const bridge of invocation.bridges) await sandbox.addBridge(bridge, { signal });
    if (sandbox.settings.network === 'current') {
      io.stderr.write('ovskit sandbox: not root: no network namespace, and a datapath without real devices (dummy)\n');
    }
    if (signal.aborted) return interrupted(invocation, ending);
    if (command.length > 0) return await runInside(sandbox, programs, command, io);
    io.stdout.write(describe(sandbox, programs));
    return await untilEnd(sandbox, io, signal);
  } finally {
    await sandbox.stop();
    if (keep) io.stderr.write(`ovskit sandbox: kept ${sandbox.runDirectory}\n`);
  }
}

/** Ctrl-C is the way to end a sandbox, but for a command that never ran it is a failure. */
function interrupted({ command }: Invocation, { status }: EndingSignals): number {
  return command.length === 0 ? 0 : status;
}

/**
 * A directory for the PATH inside with our own `ovskit`: started by npx out of another project's, or from a checkout, it is
 * in nobody's.
 */
function ownProgram(runDirectory: string): string {
  const directory = join(runDirectory, 'bin');
  mkdirSync(directory);
  const self = quoteCommand([process.execPath, ...process.execArgv, process.argv[1] ?? '']);
  writeFileSync(join(directory, 'ovskit'), `#!/bin/sh\nexec ${self} "$@"\n`, { mode: 0o755 });
  return directory;
}

function describe(sandbox: Sandbox, programs: string): string {
  const lines = [`run directory  ${sandbox.runDirectory}`, `remote         ${sandbox.remote}`, ''];
  for (const [name, value] of Object.entries(sandbox.env)) lines.push(`export ${name}=${quoteArgument(value)}`);
  lines.push(`export PATH=${quoteArgument(programs)}:"$PATH"`);
  if (sandbox.settings.network === 'private') {
    const enter = `nsenter --target ${process.pid} --net --mount`;
    lines.push('', 'Enter its network namespace too, or devices are made on the machine itself:', enter, '');
  }
  lines.push('Ctrl-C ends it.', '');
  return lines.join('\n');
}

/** Waits for the signal to end; a daemon that ends by itself ends the wait too, as a failure. */
async function untilEnd(sandbox: Sandbox, io: Io, signal: AbortSignal): Promise<number> {
  const daemons = [sandbox.ovsdbServer, sandbox.vswitchd].filter((daemon) => daemon !== undefined);
  const deaths = daemons.map((daemon) => daemon.exited.then((how) => `${daemon.name} ended by itself: ${how}`));
  const stopped = once(signal, 'abort').then(() => undefined);
  const death = await Promise.race([stopped, ...deaths]);
  if (death === undefined) return 0;
  io.stderr.write(`ovskit sandbox: ${death}\n`);
  return 1;
}

async function runInside(sandbox: Sandbox, programs: string, command: string[], io: Io): Promise<number> {
  const [program = '', ...args] = command;
  const PATH = [programs, process.env.PATH].filter(Boolean).join(delimiter);
  const child = spawn(program, args, { env: { ...sandbox.childEnv, PATH }, stdio: 'inherit' });
  let timer: NodeJS.Timeout | undefined;
  const pass = (received: NodeJS.Signals) => {
    // A terminal sends Ctrl-C to the command itself, which may well go on (a shell does).
    if (received === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(received);
    if (received !== 'SIGINT') timer ??= setTimeout(() => child.kill('SIGKILL'), COMMAND_TIMEOUT);
  };
  for (const name of SIGNALS) process.on(name, pass);
  try {
    const [code, ended] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return ended ? 128 + constants.signals[ended] : (code ?? 1);
  } catch (error) {
    io.stderr.write(`ovskit sandbox: ${program}: ${reason(error)}\n`);
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 127 : 126;
  } finally {
    clearTimeout(timer);
    for (const name of SIGNALS) process.off(name, pass);
  }
}

function reason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'command not found';
  return code === 'EACCES' ? 'permission denied' : messageOf(error);
}
