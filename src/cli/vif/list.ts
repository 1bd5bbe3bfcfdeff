import { type OwnedPort, ownedPorts, Plugger } from '../../vif/index.js';
import type { Ovs } from '../../vswitch/index.js';
import { formatTable, type Io, printJson, printLine } from '../io.js';
import { endingSignals } from '../signals.js';
import { ConnectError, Connection } from './connection.js';
import { readRequests, understood } from './requests.js';
import { parseSiteArguments, type SiteArguments } from './site-arguments.js';

/** A port as it is listed. */
interface Listed extends OwnedPort {
  readonly ofport: number | null;
  /** Why ovs-vswitchd could not open it. */
  readonly error: string | null;
  /** In no request of the file; null without a file. */
  readonly stale: boolean | null;
}

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

async function list(ovs: Ovs, { file, bridges, owner }: SiteArguments): Promise<Listed[]> {
  const stale = file === undefined ? undefined : await staleIn(ovs, file, bridges, owner);
  return ownedPorts(ovs, owner, bridges && new Set(bridges)).map((port) => {
    const row = ovs.tables.interface(port.name);
    return {
      ...port,
      ofport: row?.ofport ?? null,
      error: row?.error ?? null,
      stale: stale ? stale.has(port.uuid) : null,
    };
  });
}

async function staleIn(
  ovs: Ovs,
  file: string,
  bridges: readonly string[] | undefined,
  owner: string,
): Promise<ReadonlySet<string>> {
  const { requests } = await readRequests(file, {}, bridges !== undefined);
  const { stale } = await new Plugger(ovs, { owner }).compare(understood(requests), { bridges });
  return new Set(stale.map(({ uuid }) => uuid));
}

function stateOf({ ofport, error, stale }: Listed): string {
  if (error !== null) return `error: ${error}`;
  if (stale) return 'stale';
  return ofport === null || ofport < 0 ? 'not opened' : 'up';
}
