import { AbortedError, errorAsJson, messageOf, OvskitError } from '../../base/errors.js';
import { quoteCommand } from '../../base/shell.js';
import { describeStep, explain } from '../../plan/index.js';
import {
  attachedPifs,
  describePif,
  diff,
  type Facts,
  findPif,
  gatherFacts,
  type LogEntry,
  loadRecords,
  type ManagementInterface,
  managementRecords,
  type Planned,
  parseFacts,
  parseJson,
  plannedOn,
  type Records,
  RecordsError,
  readText,
  reconfigure,
  saveRecords,
} from '../../reconfigure/index.js';
import { Ovs } from '../../vswitch/index.js';
import { type Io, oneLine, printJson, printLine } from '../io.js';
import { type Arguments, actionOf, parseReconfigure } from '../reconfigure/arguments.js';
import { endingSignals } from '../signals.js';

export const reconfigureHelp = `ovskit reconfigure up|down PIF --records FILE [options]
ovskit reconfigure rewrite --records FILE [options]
ovskit reconfigure diff [PIF...] --records FILE [options]
ovskit reconfigure --force BRIDGE rewrite --device DEV --mac MAC --mode dhcp|static [--ip IP]
                   [--netmask MASK] [--gateway IP]

Brings a physical interface of a XenServer host up or down, with the bonds, VLANs and tunnels
that the records tell of. PIF is a uuid, reference, bridge or device (eth0, bond0.5).

  --records FILE      network.dbcache or JSON (default: /var/xapi/network.dbcache); also --db
  --facts FILE        JSON: plan on these facts, not on what machine and switch say
  --remote REMOTE     the switch's database (default: $OVSKIT_REMOTE, $OVS_RUNDIR/db.sock,
                      unix:/var/run/openvswitch/db.sock)
  --timeout MS        deadline of each step, in milliseconds (default 20000)
  --dry-run           print the steps, change nothing
  --explain           print the commands that would do the same, change nothing
  --json              print JSON
  --log text|json     how the log is written on the standard error (default: text)
  --ip-backend none|ifcfg
                      none leaves addresses alone; ifcfg writes the files of network scripts
                      and runs ifup and ifdown (default: none)
  --root-prefix DIR   put before the paths of configuration files and of the records
  --datapath-type T   of bridges that are added: netdev for the userspace datapath
  --pif-uuid U, --force BRIDGE, --no-syslog
                      as interface-reconfigure had them; nothing is ever sent to syslog

Exit status: 0; 1 for an error (what was half done is undone); 2 for a usage error; 128 + N after signal N.
`;

/** `ovskit reconfigure`. @returns the exit status. */
export async function reconfigureCommand(argv: string[], io: Io): Promise<number> {
  const args = parseReconfigure(argv);
  if (args.verb === 'rewrite' && args.force !== undefined) return writeManagement(args, args.force);
  using ending = endingSignals();
  try {
    if (args.verb === 'diff') return await printDiff(args, io, ending.signal);
    if (args.explain || args.dryRun) return await printPlan(args, io, ending.signal);
    return await perform(args, io, ending.signal);
  } catch (error) {
    if (!(error instanceof OvskitError) || error.code === 'ERR_USAGE') throw error;
    writeError(args, io, error);
    if (args.json) printJson(io, { error: errorAsJson(error) });
    return error instanceof AbortedError && ending.signal.aborted ? ending.status : 1;
  }
}

async function writeManagement(args: Arguments, bridge: string): Promise<number> {
  await saveRecords(args.records, managementRecords({ ...args.management, bridge } as ManagementInterface));
  return 0;
}

async function perform(args: Arguments, io: Io, signal: AbortSignal): Promise<number> {
  const records = await loadRecords(args.records, { signal });
  const facts = await readFacts(args, signal);
  const options = { ...optionsOf(args, signal), facts, onLog: (entry: LogEntry) => writeLog(args, io, entry) };
  await using ovs = await connect(args, signal);
  if (!ovs) {
    // As when the machine shuts down: the next start rewrites all.
    const { log } = await plannedOn(undefined, records, actionOf(args), options);
    for (const entry of log) writeLog(args, io, entry);
    if (args.json) printJson(io, { changed: false, steps: [], error: null });
    return 0;
  }
  const { plan, changed } = await reconfigure(ovs, records, actionOf(args), options);
  if (args.json) printJson(io, { changed, steps: plan.steps.map(describeStep), error: null });
  return 0;
}

async function printPlan(args: Arguments, io: Io, signal: AbortSignal): Promise<number> {
  let planned: Planned = { plan: { steps: [] }, log: [] };
  let failure: OvskitError | undefined;
  try {
    const records = await loadRecords(args.records, { signal });
    const facts = await readFacts(args, signal);
    await using ovs = facts ? undefined : await connect(args, signal);
    planned = await plannedOn(ovs, records, actionOf(args), { ...optionsOf(args, signal), facts });
  } catch (error) {
    if (!args.json || !(error instanceof OvskitError) || signal.aborted) throw error;
    failure = error;
  }
  const log = planned.log.map(({ message }) => message);
  const error = failure ? errorAsJson(failure) : null;
  if (args.json && args.explain) printJson(io, { commands: explain(planned.plan), log, error });
  else if (args.json) printJson(io, { steps: planned.plan.steps, log, error });
  else if (args.explain) for (const command of explain(planned.plan)) printLine(io, quoteCommand(command));
  else for (const step of planned.plan.steps) printLine(io, oneLine(describeStep(step)));
  if (!args.json) for (const entry of planned.log) writeLog(args, io, entry);
  return failure ? 1 : 0;
}

const NOTHING_TO_COMPARE = {
  level: 'warning',
  message: 'the records say of no PIF with a bridge that it is attached: name those to look at',
} as const;

async function printDiff(args: Arguments, io: Io, signal: AbortSignal): Promise<number> {
  const records = await loadRecords(args.records, { signal });
  const pifs = args.pifs.length > 0 ? args.pifs.map((word) => findPif(records, word)) : attachedPifs(records);
  if (pifs.length === 0) writeLog(args, io, NOTHING_TO_COMPARE);
  const facts = (await readFacts(args, signal)) ?? (await currentFacts(args, records, pifs, signal));
  const { differences, log } = diff(records, pifs, facts, optionsOf(args, signal));
  if (args.json) {
    const differing = differences.map(({ pif, steps }) => ({ pif: pif.uuid, steps: steps.map(describeStep) }));
    printJson(io, { differences: differing, log: log.map(({ message }) => message), error: null });
    return 0;
  }
  for (const { pif, steps } of differences) {
    for (const step of steps) printLine(io, oneLine(`${describePif(pif)}: ${describeStep(step)}`));
  }
  for (const entry of log) writeLog(args, io, entry);
  return 0;
}

async function currentFacts(
  args: Arguments,
  records: Records,
  pifs: Parameters<typeof gatherFacts>[2],
  signal: AbortSignal,
): Promise<Facts> {
  await using ovs = await connect(args, signal);
  return await gatherFacts(ovs, records, pifs, optionsOf(args, signal));
}

/** `undefined` for a rewrite where there is no database. */
async function connect(args: Arguments, signal: AbortSignal): Promise<Ovs | undefined> {
  try {
    return await Ovs.connect(args.remote, { timeout: args.timeout, signal });
  } catch (error) {
    if (args.verb === 'rewrite' && isMissingSocket(error)) return undefined;
    throw error;
  }
}

function isMissingSocket(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ((each as NodeJS.ErrnoException).code === 'ENOENT') return true;
  }
  return false;
}

function optionsOf(args: Arguments, signal: AbortSignal) {
  const { timeout, ipBackend, rootPrefix, datapathType, force } = args;
  return { timeout, signal, ipBackend, rootPrefix, datapathType, force: force !== undefined };
}

async function readFacts({ facts }: Arguments, signal: AbortSignal): Promise<Facts | undefined> {
  if (facts === undefined) return undefined;
  const text = await readText(facts, { signal });
  try {
    return parseFacts(parseJson(text));
  } catch (error) {
    throw new RecordsError(`${facts}: ${messageOf(error)}`, { cause: error });
  }
}

function writeLog(args: Arguments, io: Io, { level, message }: LogEntry): void {
  const line = args.log === 'json' ? JSON.stringify({ level, message }) : oneLine(prefix(level) + message);
  io.stderr.write(`${line}\n`);
}

const prefix = (level: LogEntry['level']) => (level === 'warning' ? 'warning: ' : '');

function writeError(args: Arguments, io: Io, error: OvskitError): void {
  const { code, message } = error;
  const text = `ovskit: ${oneLine(messageOf(error))}`;
  io.stderr.write(`${args.log === 'json' ? JSON.stringify({ level: 'error', code, message }) : text}\n`);
}
