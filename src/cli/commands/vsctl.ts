import { basename } from 'node:path';
import { catchSignals } from '../client/signals.js';
import { Exit, Fatal } from '../fatal.js';
import type { Io } from '../io.js';
import { Vlog } from '../log/vlog.js';
import { GetoptError } from '../options/getopt.js';
import { parseOptions } from '../vsctl/options.js';
import { parseCommands } from '../vsctl/parse.js';
import { createVsctl, openServer, prepare, runCommands } from '../vsctl/session.js';

/**
 * `ovskit vsctl`: the grammar, output, messages and exit statuses of ovs-vsctl(8), version 3.1.
 *
 * @param argv0 the name that it was called by; messages begin with it.
 * @returns the exit status.
 */
export async function vsctlCommand(argv: readonly string[], io: Io, argv0 = 'ovs-vsctl'): Promise<number> {
  const program = basename(argv0);
  const log = new Vlog(program, (text) => io.stderr.write(text));
  log.set('console:warn');
  log.set('reconnect:warn');
  let release = () => {};
  try {
    const { options, local, operands } = await parseOptions(argv, program, io, log);
    const vsctl = createVsctl(program, io, log, options);
    release = catchSignals(log, options.timeout);
    if (options.batch !== undefined) {
      const { runBatch } = await import('../vsctl/batch.js');
      return await runBatch(vsctl, operands);
    }
    const invocations = parseCommands(operands, local);
    const note = `${program}: ${[program, ...argv].join(' ')}`;
    const writes = invocations.some(({ syntax }) => syntax.writes);
    log.log('vsctl', writes ? 'INFO' : 'DBG', `Called as ${[program, ...argv].join(' ')}`);
    prepare(vsctl, invocations);
    const server = await openServer(vsctl);
    try {
      await runCommands(vsctl, server, invocations, note);
    } finally {
      await server.close();
    }
    return 0;
  } catch (error) {
    if (error instanceof Exit) return error.status;
    if (error instanceof GetoptError) io.stderr.write(`${argv0}: ${error.message}\n`);
    else if (error instanceof Fatal) io.stderr.write(`${program}: ${error.message}\n`);
    else throw error;
    return 1;
  } finally {
    release();
  }
}
