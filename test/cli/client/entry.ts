/** The command alone, under the name that ARGV0 says: what a link named ovsdb-client runs. */
import { clientCommand } from '../../../src/cli/commands/client.js';

process.exitCode = await clientCommand(process.argv.slice(2), process, process.env.ARGV0);
