import { type CallOptions, waitOptions } from '../base/deadline.js';
import { boolean, callback, callKinds, oneOf, optionsCheck, record, text } from '../base/options.js';
import { type ExecuteOptions, execute, type Plan } from '../plan/index.js';
import type { Ovs } from '../vswitch/index.js';
import { checkDatapathType, missingDatapath } from './datapath-type.js';
import type { Facts } from './facts.js';
import { gatherFacts, gatherFiles, namesOf } from './gather/index.js';
import type { LogEntry } from './log.js';
import { type Action, type Planned, type PlanOptions, pifsOf, planReconfigure } from './plan.js';
import { parseRecords, type Records } from './records/index.js';

/** Milliseconds that ovs-vswitchd may take, as the original gave it. */
const TIMEOUT = 20_000;

/** Options of `reconfigure`. */
export interface ReconfigureOptions extends PlanOptions, Pick<ExecuteOptions, 'timeout' | 'signal' | 'beforeStep'> {
  /** Planned on instead of what the machine and the switch say. */
  readonly facts?: Facts | undefined;
  /** Gets each line of the log when it is written. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined;
}

const checkOptions = optionsCheck<ReconfigureOptions>({
  ...callKinds,
  force: boolean,
  datapathType: text,
  ipBackend: oneOf('none', 'ifcfg'),
  rootPrefix: text,
  facts: record,
  onLog: callback,
  beforeStep: callback,
});

/** What was done. */
export interface Reconfigured {
  readonly plan: Plan;
  readonly log: readonly LogEntry[];
  /** Whether anything is other than before; what a card refused is not, and the VLAN workaround can't be read back. */
  readonly changed: boolean;
}

/**
 * Brings a PIF up or down, or rewrites what bridges tell of their networks, as XenServer's `interface-reconfigure` does:
 * links and their settings, one transaction of the switch, flows, and where asked for addresses by ifup(8).
 *
 * What is as wanted is left alone. When a step fails, those before it are undone: links, files and the switch are as before.
 *
 * @param records what {@link loadRecords} returns, or a JSON document of the same.
 * @param options `timeout` in milliseconds for each step that waits, 20 000 by default.
 * @throws {RecordsError}; `InvalidArgumentError` for a datapath type that ovs-vswitchd doesn't know; {@link NoPifError};
 *   {@link UnsupportedPifError}; {@link NoNetdevError}; `StepFailedError`, which names the step and carries its cause's code.
 */
export async function reconfigure(
  ovs: Ovs,
  records: Records | object,
  action: Action,
  options: ReconfigureOptions = {},
): Promise<Reconfigured> {
  checkOptions('reconfigure', options);
  const { timeout = TIMEOUT, signal, beforeStep, onLog } = options;
  const { plan, log } = await plannedOn(ovs, toRecords(records), action, { ...options, timeout });
  const entries = [...log];
  for (const entry of log) onLog?.(entry);
  const { warnings, changed } = await execute(plan, ovs, { timeout, signal, beforeStep });
  const missing = await missingDatapaths(plan, ovs, { timeout, signal });
  for (const message of [...warnings, ...missing]) {
    const entry = { level: 'warning', message } as const;
    entries.push(entry);
    onLog?.(entry);
  }
  return { plan, log: entries, changed };
}

/** Of the bridges that were asked for; ovs-vswitchd has looked at them, as it was waited for. */
async function missingDatapaths(plan: Plan, ovs: Ovs, options: CallOptions): Promise<string[]> {
  const changes = plan.steps.flatMap((step) => (step.kind === 'transaction' ? step.changes : []));
  const bridges = changes.flatMap((change) =>
    change.change === 'add-bridge' && change.fake === undefined ? [change.bridge] : [],
  );
  const messages = await Promise.all(bridges.map((bridge) => missingDatapath(ovs, bridge, options)));
  return messages.filter((message) => message !== undefined);
}

/** Plans an action on the machine and the switch as they are now. */
export async function plannedOn(
  ovs: Ovs | undefined,
  records: Records,
  action: Action,
  options: ReconfigureOptions = {},
): Promise<Planned> {
  const pifs = pifsOf(records, action);
  const { datapathType } = options;
  if (ovs && 'up' in action && datapathType !== undefined) {
    await checkDatapathType(ovs, datapathType, waitOptions(options));
  }
  const facts = options.facts ?? (await gatherFacts(ovs, records, pifs, options));
  // A file that is not told of must not be taken for an empty one.
  const files = facts.files ?? gatherFiles(namesOf(records, pifs), options.rootPrefix).files;
  return planReconfigure(records, action, { ...facts, files }, options);
}

function toRecords(records: Records | object): Records {
  return 'pifs' in records && records.pifs instanceof Map ? (records as Records) : parseRecords(records);
}
