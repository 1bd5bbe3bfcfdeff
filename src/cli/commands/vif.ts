import { AbortedError, InvalidArgumentError, messageOf } from '../../base/errors.js';
import { Client } from '../../ovsdb/index.js';
import {
  deviceName,
  needsSwitch,
  OTHER_MACHINE,
  type PluggedVif,
  Plugger,
  type UnpluggedVif,
  type VifRequest,
} from '../../vif/index.js';
import { Ovs } from '../../vswitch/index.js';
import { formatTable, type Io, oneLine, printJson, printLine } from '../io.js';
import { chooseRemote } from '../remote.js';
import { endingSignals } from '../signals.js';
import { parseVifArguments, type VifArguments } from '../vif/arguments.js';
import { ConnectError, preview } from '../vif/preview.js';
import { checkDistinct, readRequests, understood } from '../vif/requests.js';

export const vifHelp = `ovskit vif config|plug|unplug --request FILE [options]

Plugs or unplugs the virtual interfaces of a request file, or writes libvirt's XML for them. The file is a JSON document
with one request ({"vif": {...}, "instance": {...}}), a list of them, or {"requests": [...]}: docs/vif.md.

  --request FILE     the request file; - reads standard input
  --release RELEASE  icehouse or newton: what nova of that release did (default: the request's, else newton,
                     with ports made by ovskit)
  --remote REMOTE    the switch's database, or --db REMOTE (default: $OVSKIT_REMOTE, $OVS_RUNDIR/db.sock,
                     unix:/var/run/openvswitch/db.sock)
  -p, --private-key FILE   -c, --certificate FILE   -C, --ca-cert FILE   --bootstrap-ca-cert FILE
                     for an ssl: remote
  --timeout MS       deadline of each step, in milliseconds (default 30000)
  --force            take a port over from another bridge or VIF
  --replace          remove other ports that carry the VIF's iface-id
  --best-effort      a vendor's tool that fails is a warning
  --dry-run          print the steps, change nothing
  --explain          print the commands that would do the same, change nothing
  --json             print JSON

A signal that ends it (Ctrl-C) undoes what is half done first.
Exit status: 0; 1 when a request failed (the others are done); 2 for a usage error; 128 + N after signal N.
`;

/** `ovskit vif`. @returns the exit status. */
export async function vifCommand(argv: string[], io: Io): Promise<number> {
  const options = parseVifArguments(argv);
  const file = await readRequests(options.file, options);
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

/** The switch, connected to when it is needed. */
class Connection implements AsyncDisposable {
  #client: Promise<Client> | undefined;
  #ovs: Promise<Ovs> | undefined;

  constructor(
    readonly options: VifArguments,
    readonly signal: AbortSignal,
  ) {}

  /** @throws {ConnectError} */
  open(): Promise<Ovs> {
    this.#ovs ??= this.#connect().catch((error: unknown) => {
      throw new ConnectError(error);
    });
    return this.#ovs;
  }

  async #connect(): Promise<Ovs> {
    const { timeout, tls, remote } = this.options;
    const { signal } = this;
    this.#client = Client.connect(chooseRemote(remote), { timeout, signal, tls });
    return Ovs.on(await this.#client, { timeout, signal });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    await client?.close();
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
  const outcomes = await Promise.allSettled(
    requests.map((request) => plugger[direction](request, { ...options, signal })),
  );
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
