import { type ListedVif, Plugger } from '../../vif/index.js';
import type { Ovs } from '../../vswitch/index.js';
import { formatTable, type Io, printJson, printLine } from '../io.js';
import { endingSignals } from '../signals.js';
import { ConnectError, Connection } from './connection.js';
import { readRequests, understood } from './requests.js';
import { NO_BRIDGES, parseSiteArguments, type SiteArguments } from './site-arguments.js';

/** `ovskit vif list`. @returns the exit status. */
export async function listCommand(argv: string[], io: Io): Promise<number> {
  const options = parseSiteArguments('list', argv);
  using ending = endingSignals();
  await using connection = new Connection(options, ending.signal);
  try {
    const listed = await list(await connection.open(), options);
    if (options.json) printJson(io, listed);
    else if (listed.length > 0) {
      const rows = listed.map((port) => [
        port.name,
        port.bridge,
        port.ofport === null ? '-' : String(port.ofport),
        port.interfaceId ?? '-',
        stateOf(port),
      ]);
      printLine(io, formatTable([['NAME', 'BRIDGE', 'OFPORT', 'IFACE-ID', 'STATE'], ...rows]));
    }
    return 0;
  } catch (error) {
    if (ending.signal.aborted) return ending.status;
    throw error instanceof ConnectError ? error.cause : error;
  }
}

async function list(ovs: Ovs, { file, bridges, owner }: SiteArguments): Promise<ListedVif[]> {
  const read = file === undefined ? undefined : await readRequests(file, {}, bridges ? undefined : NO_BRIDGES);
  return new Plugger(ovs, { owner }).list({ bridges, desired: read && understood(read.requests) });
}

function stateOf({ ofport, error, device, stale }: ListedVif): string {
  if (error !== null) return `error: ${error}`;
  if (stale) return 'stale';
  if (device === 'missing') return 'no device';
  if (ofport === null || ofport < 0) return 'not opened';
  return device ?? 'up';
}
