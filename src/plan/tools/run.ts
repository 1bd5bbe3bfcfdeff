import { execFile } from 'node:child_process';
import { type CallOptions, Waiter } from '../../base/deadline.js';
import { InvalidArgumentError, OvskitError } from '../../base/errors.js';

/** The programs that ovskit may run: they have no interface but their command line. */
export const TOOLS: readonly string[] = [
  'ebrctl',
  'fp-vdev',
  'ifc_ctl',
  'ifdown',
  'ifup',
  'ivs-ctl',
  'mm-ctl',
  'update-issue',
  'vrouter-port-control',
];

/** A program's bare name, and its arguments. */
export type ToolCommand = readonly [tool: string, ...args: string[]];

const TIMEOUT = 60_000;
/** Characters of what a tool says that are kept for an error. */
const KEPT = 2000;

/** A tool could not be run (`ERR_TOOL_NOT_FOUND`), or did not end well (`ERR_TOOL_FAILED`). */
class ToolError extends OvskitError {
  constructor(
    code: 'ERR_TOOL_NOT_FOUND' | 'ERR_TOOL_FAILED',
    message: string,
    readonly argv: ToolCommand,
    /** The exit status, or the name of the signal that ended it; `undefined` when it was never started. */
    readonly status: number | NodeJS.Signals | undefined,
    /** What it said on its standard error. */
    readonly stderr: string,
    details: { cause?: unknown } = {},
  ) {
    super(code, message, details);
  }
}

/**
 * Runs a tool to its end, by execFile(3), without a shell.
 *
 * @param options `timeout` in milliseconds, 60 000 by default. A tool that is still running then is killed.
 * @returns what it printed
 * @throws {InvalidArgumentError} for a program that is not on the list
 * @throws {ToolError}; `TimeoutError`; `AbortedError`
 */
export async function runTool(argv: ToolCommand, options: CallOptions = {}): Promise<string> {
  const [tool, ...args] = argv;
  if (!TOOLS.includes(tool)) {
    throw new InvalidArgumentError(`${JSON.stringify(tool)} is no tool that ovskit runs: ${TOOLS.join(', ')}`);
  }
  const waiter = new Waiter<string>(`running ${tool}`, options, TIMEOUT);
  const child = execFile(tool, args, { maxBuffer: 1 << 20 }, (error, stdout, stderr) => {
    if (!error) waiter.resolve(stdout);
    else waiter.reject(toToolError(argv, error, stderr));
  });
  try {
    return await waiter.promise;
  } finally {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  }
}

function toToolError(argv: ToolCommand, error: Error & { code?: unknown; signal?: unknown }, stderr: string) {
  const [tool] = argv;
  const { code, signal } = error;
  const said = stderr.trim().slice(0, KEPT);
  if (typeof code === 'string' && !code.startsWith('ERR_')) {
    const why = code === 'ENOENT' ? 'it is not on PATH' : code;
    return new ToolError('ERR_TOOL_NOT_FOUND', `can't run ${tool}: ${why}`, argv, undefined, said, { cause: error });
  }
  const status = typeof code === 'number' ? code : ((signal as NodeJS.Signals | null) ?? undefined);
  const how = typeof status === 'number' ? `exit status ${status}` : String(status ?? code);
  const text = `${argv.join(' ')} failed: ${how}${said === '' ? '' : `: ${said}`}`;
  return new ToolError('ERR_TOOL_FAILED', text, argv, status, said, { cause: error });
}
