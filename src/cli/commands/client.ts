import { basename } from 'node:path';
import { type Context, createContext } from '../client/context.js';
import { isDetachedChild, runDetached } from '../client/daemon.js';
import { openRpc } from '../client/open.js';
import { parseOptions } from '../client/options.js';
import { commands } from '../client/registry.js';
import type { Rpc } from '../client/rpc.js';
import { catchSignals } from '../client/signals.js';
import { Exit, Fatal } from '../fatal.js';
import type { Io } from '../io.js';
import { JsonSyntaxError } from '../json/index.js';
import { Vlog } from '../log/vlog.js';
import { GetoptError } from '../options/getopt.js';
import { becomeUser } from '../options/user.js';
import { OvsdbTextError } from '../schema/index.js';

/**
 * `ovskit client`: the grammar, output, messages and exit statuses of ovsdb-client(1), version 3.1.
 *
 * @param argv0 the name that it was called by; messages begin with it.
 * @returns the exit status.
 */
export async function clientCommand(argv: readonly string[], io: Io, argv0 = 'ovsdb-client'): Promise<number> {
  const program = basename(argv0);
  const log = new Vlog(program, (text) => io.stderr.write(text));
  let release = () => {};
  try {
    const { options, operands } = parseOptions(argv, program, io, log);
    const context = createContext(program, io, options, log);
    if (options.daemon.user !== undefined) becomeUser(options.daemon.user);
    release = catchSignals(log, options.timeout);
    return await runCommand(context, operands);
  } catch (error) {
    if (error instanceof Exit) return error.status;
    // getopt_long names the program as it was called, everything else by its last part.
    if (error instanceof GetoptError) io.stderr.write(`${argv0}: ${error.message}\n`);
    else if (error instanceof Fatal || error instanceof OvsdbTextError || error instanceof JsonSyntaxError) {
      io.stderr.write(`${program}: ${error.message}\n`);
    } else throw error;
    return 1;
  } finally {
    release();
  }
}

async function runCommand(context: Context, operands: readonly string[]): Promise<number> {
  const [name, ...words] = operands;
  if (name === undefined) throw new Fatal('missing command name; use --help for help');
  const command = commands.get(name);
  if (!command) throw new Fatal(`unknown command '${name}'; use --help for help`);
  if (command.runsOn && context.options.daemon.detach && !isDetachedChild()) return runDetached(context);
  let rpc: Rpc | undefined;
  let database = '';
  let args: readonly string[] = words;
  try {
    if (command.need !== 'none')
      ({ rpc, database, args } = await openRpc(context, command.need, command.minArgs, words));
    if (args.length < command.minArgs || args.length > command.maxArgs) {
      throw new Fatal(`invalid syntax for '${name}' (use --help for help)`);
    }
    await command.run(context, { rpc: rpc as Rpc, database, args });
  } finally {
    await rpc?.close();
  }
  return 0;
}
