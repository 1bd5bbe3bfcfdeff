import { setTimeout as delay } from 'node:timers/promises';
import { AbortedError, errorAsJson, messageOf } from '../../base/errors.js';
import { describeStep } from '../../plan/index.js';
import {
  type Comparison,
  type FailedVif,
  type OwnedPort,
  type PluggedVif,
  Plugger,
  type Reconciled,
  type VifRequest,
} from '../../vif/index.js';
import { type Io, oneLine, printJson, printLine } from '../io.js';
import { endingSignals } from '../signals.js';
import { ConnectError, Connection } from './connection.js';
import { readRequests, understood } from './requests.js';
import { NO_BRIDGES, parseSiteArguments, type SiteArguments } from './site-arguments.js';

/** `ovskit vif reconcile`. @returns the exit status. */
export async function reconcileCommand(argv: string[], io: Io): Promise<number> {
  const options = parseSiteArguments('reconcile', argv);
  let desired = await readDesired(options);
  using ending = endingSignals();
  const { signal } = ending;
  await using connection = new Connection(options, signal);
  try {
    await using plugger = new Plugger(await connection.open(), { owner: options.owner });
    const settings = { timeout: options.timeout, signal, bridges: options.bridges };
    if (options.dryRun) return printComparison(await plugger.compare(desired, settings), options, io);
    const first = await plugger.reconcile(desired, settings);
    const status = (looks: readonly Reconciled[]) => {
      const done = printDone(looks, options, io);
      return signal.aborted && done !== 0 ? ending.status : done;
    };
    if (first.stale.length === 0) return status([first]);
    await delay(options.interval, undefined, { signal });
    // What came from standard input can be read but once.
    if (options.file !== '-') desired = await readDesired(options);
    return status([first, await plugger.reconcile(desired, settings)]);
  } catch (thrown) {
    const error = thrown instanceof ConnectError ? thrown.cause : thrown;
    if (!signal.aborted) throw error;
    if (error instanceof AbortedError) io.stderr.write(`ovskit: ${oneLine(messageOf(error))}\n`);
    return ending.status;
  }
}

async function readDesired({ file, bridges }: SiteArguments): Promise<VifRequest[]> {
  const read = await readRequests(file as string, {}, bridges ? undefined : NO_BRIDGES);
  return understood(read.requests);
}

function printComparison({ missing, failed, stale, unchanged }: Comparison, { json }: SiteArguments, io: Io): number {
  if (json) {
    const plugs = missing.map(({ name, plan }) => ({ name, steps: plan.steps }));
    printJson(io, { missing: plugs, stale, unchanged, errors: failed.map(errorOf) });
  } else {
    for (const { name, plan } of missing) {
      for (const step of plan.steps) printLine(io, `${name}: ${describeStep(step)}`);
    }
    for (const port of stale) printLine(io, `${port.name}: ${describeStale(port)}, drop it if that stays so`);
  }
  return complain(failed, io);
}

function printDone(looks: readonly Reconciled[], { json }: SiteArguments, io: Io): number {
  const last = looks.at(-1) as Reconciled;
  const plugged: PluggedVif[] = looks.flatMap((look) => look.plugged);
  const dropped: OwnedPort[] = looks.flatMap((look) => look.dropped);
  if (json) {
    const { stale, unchanged } = last;
    printJson(io, { plugged, dropped, stale, unchanged, errors: last.failed.map(errorOf) });
  } else {
    for (const { name, bridge } of plugged) printLine(io, `${name}: plugged on ${bridge ?? 'no bridge'}`);
    for (const { name, bridge } of dropped) printLine(io, `${name}: dropped from ${bridge}`);
    for (const port of last.stale) printLine(io, `${port.name}: ${describeStale(port)}, stays for now`);
  }
  return complain(last.failed, io);
}

const describeStale = ({ bridge }: OwnedPort) => `on ${bridge}, desired by no request`;

const errorOf = ({ name, error }: FailedVif) => ({ name, ...errorAsJson(error) });

function complain(failed: readonly FailedVif[], io: Io): number {
  for (const { name, error } of failed) io.stderr.write(`ovskit: ${oneLine(`${name}: ${messageOf(error)}`)}\n`);
  return failed.length > 0 ? 1 : 0;
}
