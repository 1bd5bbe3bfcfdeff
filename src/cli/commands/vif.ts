import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { AbortedError, InvalidArgumentError, messageOf } from '../../base/errors.js';
import { quoteCommand } from '../../base/shell.js';
import { describeStep, explain, type Plan } from '../../plan/index.js';
import {
  deviceName,
  type PluggedVif,
  Plugger,
  type PlugRequest,
  parsePlugRequests,
  type UnpluggedVif,
} from '../../vif/index.js';
import { Ovs } from '../../vswitch/index.js';
import { formatTable, type Io, oneLine, printJson, printLine } from '../io.js';
import { chooseRemote } from '../remote.js';
import { endingSignals } from '../signals.js';
import { parseArguments, parseTimeout, UsageError } from '../usage.js';

export const vifHelp = `ovskit vif plug|unplug --request FILE [options]

Plugs or unplugs the virtual interfaces of a request file: a JSON document with one request
({"vif": {...}, "instance": {...}}), a list of them, or {"requests": [...]}.

  --request FILE   the request file; - reads standard input
  --remote REMOTE  the switch's database (default: $OVSKIT_REMOTE, $OVS_RUNDIR/db.sock,
                   unix:/var/run/openvswitch/db.sock)
  --timeout MS     deadline of each step, in milliseconds (default 30000)
  --dry-run        print the steps, change nothing
  --explain        print the commands that would do the same, change nothing
  --json           print JSON

A signal that ends it (Ctrl-C) undoes what is half done first.
Exit status: 0; 1 when a request failed (the others are done); 2 for a usage error; 128 + N after signal N.
`;

const directions = ['plug', 'unplug'] as const;

/** `ovskit vif`. @returns the exit status. */
export async function vifCommand(argv: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments({
    args: argv,
    allowPositionals: true,
    options: {
      request: { type: 'string' },
      remote: { type: 'string' },
      timeout: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      explain: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const direction = directions.find((word) => word === positionals[0]);
  if (!direction) throw new UsageError('say "ovskit vif plug" or "ovskit vif unplug"');
  if (positionals.length > 1)
    throw new UsageError(`name the request file by --request FILE: --request ${positionals[1]}`);
  if (values.request === undefined) throw new UsageError('--request FILE is missing');
  const timeout = parseTimeout(values.timeout);
  const requests = await readRequests(values.request);
  checkDistinct(requests);

  const remote = chooseRemote(values.remote);
  using ending = endingSignals();
  const { signal } = ending;
  try {
    await using ovs = await Ovs.connect(remote, { timeout, signal });
    await using plugger = new Plugger(ovs);
    if (values.explain || values['dry-run']) {
      const plans = requests.map((request) => plugger.plan(direction, request));
      if (values.explain) printExplanation(plans, values.json, io);
      else printPlans(requests, plans, values.json, io);
      return 0;
    }
    const outcomes = await Promise.allSettled(
      requests.map((request) => plugger[direction](request, { timeout, signal })),
    );
    const status = report(requests, outcomes, values.json, io);
    return signal.aborted && status !== 0 ? ending.status : status;
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    io.stderr.write(`ovskit: ${oneLine(messageOf(error))}\n`);
    return ending.status;
  }
}

async function readRequests(file: string): Promise<PlugRequest[]> {
  let content: string;
  try {
    content = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new InvalidArgumentError(`cannot read request file ${file}: ${messageOf(error)}`, { cause: error });
  }
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    throw new InvalidArgumentError(`request file ${file} is not JSON: ${messageOf(error)}`, { cause: error });
  }
  try {
    return parsePlugRequests(json);
  } catch (error) {
    throw new InvalidArgumentError(`request file ${file}: ${messageOf(error)}`, { cause: error });
  }
}

/** Two requests for one device would undo each other's work in an order that nobody chose. */
function checkDistinct(requests: readonly PlugRequest[]): void {
  const seen = new Map<string, number>();
  requests.forEach((request, index) => {
    const name = deviceName(request.vif);
    const other = seen.get(name);
    if (other !== undefined) {
      throw new InvalidArgumentError(`requests ${other + 1} and ${index + 1} both name device ${name}`);
    }
    seen.set(name, index);
  });
}

function printExplanation(plans: readonly Plan[], json: boolean, io: Io): void {
  const commands = plans.flatMap(explain);
  if (json) printJson(io, { commands });
  else for (const command of commands) printLine(io, quoteCommand(command));
}

function printPlans(requests: readonly PlugRequest[], plans: readonly Plan[], json: boolean, io: Io): void {
  const named = plans.map((plan, index) => ({ name: deviceName((requests[index] as PlugRequest).vif), ...plan }));
  if (json) printJson(io, named);
  else for (const { name, steps } of named) for (const step of steps) printLine(io, `${name}: ${describeStep(step)}`);
}

type Done = PluggedVif | UnpluggedVif;

function report(
  requests: readonly PlugRequest[],
  outcomes: readonly PromiseSettledResult<Done>[],
  json: boolean,
  io: Io,
): number {
  const done = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failed = outcomes.flatMap((outcome, index) =>
    outcome.status === 'rejected'
      ? [{ name: deviceName((requests[index] as PlugRequest).vif), error: outcome.reason as Error & { code?: string } }]
      : [],
  );
  if (json) {
    const errors = failed.map(({ name, error }) => ({ name, code: error.code, message: error.message }));
    printJson(io, { done, errors });
  } else if (done.length > 0) {
    const rows = done.map((vif) => [
      vif.name,
      vif.bridge,
      'ofport' in vif ? String(vif.ofport) : '-',
      vif.changed ? 'yes' : 'no',
    ]);
    printLine(io, formatTable([['NAME', 'BRIDGE', 'OFPORT', 'CHANGED'], ...rows]));
  }
  for (const { name, error } of failed) io.stderr.write(`ovskit: ${oneLine(`${name}: ${messageOf(error)}`)}\n`);
  return failed.length > 0 ? 1 : 0;
}
