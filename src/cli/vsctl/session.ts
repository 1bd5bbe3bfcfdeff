import { logDirectory } from '../../base/directories.js';
import { builtInSchema } from '../../vswitch/built-in-schema.js';
import { VswitchError } from '../../vswitch/errors.js';
import { Fatal } from '../fatal.js';
import type { Io } from '../io.js';
import type { Vlog } from '../log/vlog.js';
import type { Invocation, Prepare } from './command.js';
import { explain } from './explain.js';
import type { VsctlOptions } from './options.js';
import { Output } from './output.js';
import { Server } from './server.js';
import { commit, waitForVswitchd } from './transaction.js';

/** What the commands of one process have in common. */
export interface Vsctl {
  readonly program: string;
  readonly io: Io;
  readonly log: Vlog;
  readonly options: VsctlOptions;
  readonly output: Output;
}

export function createVsctl(program: string, io: Io, log: Vlog, options: VsctlOptions): Vsctl {
  return { program, io, log, options, output: new Output(io, options) };
}

/** Looks the commands over, as far as that takes no connection. @throws {Fatal} */
export function prepare({ io, log }: Vsctl, invocations: readonly Invocation[]): void {
  const schema = builtInSchema();
  for (const invocation of invocations) {
    const context: Prepare = {
      schema,
      invocation,
      warn: (message, module = 'vsctl') => log.log(module, 'WARN', message),
      isTerminal: () => (io.stdout as { isTTY?: boolean }).isTTY === true,
    };
    invocation.syntax.prepare?.(context);
  }
}

export function openServer({ options, log }: Vsctl): Promise<Server> {
  return Server.open(options, log, builtInSchema());
}

/** Runs commands as one transaction on a server, and prints what they say. @throws {Fatal}; {@link Exit}. */
export async function runCommands(
  vsctl: Vsctl,
  server: Server,
  invocations: readonly Invocation[],
  note: string,
): Promise<void> {
  const { io, log, options, output, program } = vsctl;
  try {
    if (options.explain) {
      await explain(vsctl, server, invocations, note);
      return;
    }
    const done = await commit(server, invocations, options, note, log);
    for (const run of done.outcome.runs) {
      run.invocation.syntax.finish?.(run, done.uuidOf);
      output.print(run);
    }
    // The stock tool waits for ever for what it has not changed.
    if (!options.wait || options.dryRun || done.outcome.operations.length === 0) return;
    const failed = await waitForVswitchd(server, done);
    for (const { name, error } of failed) {
      const reason = error === null ? '' : `: ${error}`;
      io.stderr.write(
        `${program}: Error detected while setting up '${name}'${reason}.  See ovs-vswitchd log for details.\n`,
      );
    }
    if (failed.length > 0) io.stderr.write(`${program}: The default log directory is "${logDirectory()}".\n`);
  } catch (error) {
    if (error instanceof VswitchError) throw new Fatal(error.message);
    throw error;
  }
}
