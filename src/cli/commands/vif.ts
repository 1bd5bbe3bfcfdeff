import { AbortedError, InvalidArgumentError, messageOf } from '../../base/errors.js';
import {
  checkDistinct,
  deviceName,
  needsSwitch,
  OTHER_MACHINE,
  type PluggedVif,
  Plugger,
  type UnpluggedVif,
  type VifRequest,
} from '../../vif/index.js';
import type { Ovs } from '../../vswitch/index.js';
import { formatTable, type Io, oneLine, printJson, printLine } from '../io.js';
import { endingSignals } from '../signals.js';
import { parseVifArguments, type VifArguments } from '../vif/arguments.js';
import { ConnectError, Connection } from '../vif/connection.js';
import { listCommand } from '../vif/list.js';
import { preview } from '../vif/preview.js';
import { reconcileCommand } from '../vif/reconcile.js';
import { readRequests, understood } from '../vif/requests.js';

export const vifHelp = `ovskit vif config|plug|unplug FILE [options]
ovskit vif reconcile FILE [--bridge NAME]... [--interval MS] [--dry-run] [options]
ovskit vif list [FILE] [--bridge NAME]... [options]

Plugs or unplugs the virtual interfaces of a request file, or writes libvirt's XML for them. The file is a JSON document
with one request ({"vif": {...}, "instance": {...}}), a list of them, or {"requests": [...]}: docs/vif.md.

  --request FILE     the same as FILE alone: the request file; - reads standard input
  --release RELEASE  icehouse or newton: what nova of that release did (default: the request's, else newton,
                     with ports made by ovskit)
  --remote REMOTE    the switch's database, or --db REMOTE (default: $OVSKIT_REMOTE, $OVS_RUNDIR/db.sock,
                     unix:/var/run/openvswitch/db.sock)
  -p, --private-key FILE   -c, --certificate FILE   -C, --ca-cert FILE   --bootstrap-ca-cert FILE
                     for an ssl: remote
  --timeout MS       deadline of each request, or of each look of reconcile, in milliseconds (default: 30000 for each
                     of a request's steps)
  --force            take a port over from another bridge or VIF; unplug one that is another instance's by now
  --replace          remove other ports that carry the VIF's iface-id
  --best-effort      a vendor's tool that fails is a warning
  --dry-run          print the steps, change nothing
  --explain          print the commands that would do the same, change nothing
  --json             print JSON

reconcile makes the switch match the file: plugs what is missing, and drops ports that ovskit made (their external id
ovskit-owner says so) and that are in no request, if they are so at two looks, the file read anew for the second.
list shows the ports that ovskit made: which could not be opened, and, with a file, which are in no request of it.

  --bridge NAME      a bridge to put in order, or to list (default: those of the requests; to list: all)
  --owner NAME       whose ports (default ovskit)
  --interval MS      milliseconds between the looks (default 5000)

A signal that ends it (Ctrl-C) undoes what is half done first.
Exit status: 0; 1 when a request failed (the others are done); 2 for a usage error; 128 + N after signal N.
`;

/** `ovskit vif`. @returns the exit status. */
export async function vifCommand(argv: string[], io: Io): Promise<number> {
  if (argv[0] === 'reconcile') return reconcileCommand(argv.slice(1), io);
  if (argv[0] === 'list') return listCommand(argv.slice(1), io);
  const options = parseVifArguments(argv);
  const file = await readRequests(options.file, options, 'there is no request in the list');
  using ending = endingSignals();
  const { signal } = ending;
  await using connection = new Connection(options, signal);
  const connect = () => connection.open();
  try {
    if (options.verb === 'config' || options.explain || options.dryRun) {
      // A request that stands alone can be told of what is wrong with it in JSON, too.
      if (!options.json || file.isList) checkDistinct(understood(file.requests));
      return await preview(file, options, connect, io);
    }
    const requests = understood(file.requests);
    checkDistinct(requests);
    for (const { host } of requests) if (host) throw new InvalidArgumentError(OTHER_MACHINE);
    const ovs = requests.some(mayNeedSwitch) ? await connect() : undefined;
    const status = await run(requests, options, ovs, signal, io);
    return signal.aborted && status !== 0 ? ending.status : status;
  } catch (thrown) {
    const error = thrown instanceof ConnectError ? thrown.cause : thrown;
    if (!(error instanceof AbortedError)) throw error;
    io.stderr.write(`ovskit: ${oneLine(messageOf(error))}\n`);
    return ending.status;
  }
}

async function run(
  requests: readonly VifRequest[],
  options: VifArguments,
  ovs: Ovs | undefined,
  signal: AbortSignal,
  io: Io,
): Promise<number> {
  await using plugger = new Plugger(ovs);
  const direction = options.verb === 'plug' ? 'plug' : 'unplug';
  const { release, force, replace, bestEffort, timeout } = options;
  const settings = { release, force, replace, bestEffort, timeout, signal };
  const outcomes = await Promise.allSettled(requests.map((request) => plugger[direction](request, settings)));
  return report(requests, outcomes, options.json, io);
}

/** One that is not understood says so when it is run. */
function mayNeedSwitch(request: VifRequest): boolean {
  try {
    return needsSwitch(request);
  } catch {
    return true;
  }
}

type Done = PluggedVif | UnpluggedVif;

function report(
  requests: readonly VifRequest[],
  outcomes: readonly PromiseSettledResult<Done>[],
  json: boolean,
  io: Io,
): number {
  const done = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failed = outcomes.flatMap((outcome, index) =>
    outcome.status === 'rejected'
      ? [{ name: deviceName((requests[index] as VifRequest).vif), error: outcome.reason as Error & { code?: string } }]
      : [],
  );
  if (json) {
    const errors = failed.map(({ name, error }) => ({ name, code: error.code, message: error.message }));
    printJson(io, { done, errors });
  } else if (done.length > 0) {
    const rows = done.map((vif) => [
      vif.name,
      vif.bridge ?? '-',
      'ofport' in vif && vif.ofport !== undefined ? String(vif.ofport) : '-',
      vif.changed ? 'yes' : 'no',
    ]);
    printLine(io, formatTable([['NAME', 'BRIDGE', 'OFPORT', 'CHANGED'], ...rows]));
  }
  for (const { name, warnings } of done) {
    for (const warning of warnings) io.stderr.write(`ovskit: ${oneLine(`${name}: ${warning}`)}\n`);
  }
  for (const { name, error } of failed) io.stderr.write(`ovskit: ${oneLine(`${name}: ${messageOf(error)}`)}\n`);
  return failed.length > 0 ? 1 : 0;
}
