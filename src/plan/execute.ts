import type { CallOptions } from '../base/deadline.js';
import { AbortedError, messageOf, OvskitError } from '../base/errors.js';
import { createTap, deleteTap, getLink, setLinkDown, setLinkUp, setMtu } from '../netdev/index.js';
import { CommitOutcomeUnknownError } from '../ovsdb/index.js';
import type { InterfaceRow, Ovs, SwitchTransaction } from '../vswitch/index.js';
import { type Reversal, reversalOf } from './reverse.js';
import { type Change, describeStep, type Plan, type Step } from './steps.js';

/** A step failed; what the plan had done before it was undone. The code is that of the cause. */
export class StepFailedError extends OvskitError {
  constructor(
    readonly step: Step,
    cause: unknown,
    /** What could not be undone, if anything. */
    readonly undoErrors: readonly Error[],
  ) {
    const left = undoErrors.map((error) => `; could not undo: ${error.message}`).join('');
    const code = cause instanceof OvskitError ? cause.code : 'ERR_PLAN_STEP_FAILED';
    super(code, `${describeStep(step)}: ${messageOf(cause)}${left}`, { cause });
  }
}

/** What a plan ran on, and what it brought about. */
interface Run {
  readonly ovs: Ovs;
  readonly options: CallOptions;
  nextCfg?: number | undefined;
  interface?: InterfaceRow;
}

type Undo = (() => Promise<void>) | undefined;

export interface PlanResult {
  /** The interface as ovs-vswitchd opened it, when the plan waited for one. */
  readonly interface: InterfaceRow | undefined;
}

/** Carries a step's failure together with the undoing of what it may have done. */
class HalfDoneError extends Error {
  constructor(
    override readonly cause: unknown,
    readonly undo: NonNullable<Undo>,
  ) {
    super(messageOf(cause), { cause });
  }
}

/** Undoing has a deadline of its own: the caller's may be what made the plan fail. */
const UNDO_OPTIONS: CallOptions = { timeout: 10_000 };

/**
 * Does the steps in order. When one fails, those before it are undone, last first: what the plan made is gone, what was
 * there before is as it was, but for what others have changed since. Deletions are not undone; a plan that deletes can be run again.
 *
 * @param options `timeout` in milliseconds for each step that waits.
 * @throws {StepFailedError} naming the step, with its cause's code.
 */
export async function execute(plan: Plan, ovs: Ovs, options: CallOptions = {}): Promise<PlanResult> {
  const run: Run = { ovs, options };
  const undos: NonNullable<Undo>[] = [];
  for (const step of plan.steps) {
    try {
      if (options.signal?.aborted) throw new AbortedError('aborted', { cause: options.signal.reason });
      const undo = await doStep(step, run);
      if (undo) undos.push(undo);
    } catch (error) {
      if (error instanceof HalfDoneError) undos.push(error.undo);
      throw new StepFailedError(step, error instanceof HalfDoneError ? error.cause : error, await undoAll(undos));
    }
  }
  return { interface: run.interface };
}

async function undoAll(undos: readonly NonNullable<Undo>[]): Promise<Error[]> {
  const errors: Error[] = [];
  for (const undo of undos.toReversed()) {
    try {
      await undo();
    } catch (error) {
      errors.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  return errors;
}

async function doStep(step: Step, run: Run): Promise<Undo> {
  switch (step.kind) {
    case 'create-tap':
      await createTap(step.device, { mac: step.mac, mtu: step.mtu, up: true });
      return () => deleteTap(step.device, { ifExists: true });
    case 'delete-tap':
      await deleteTap(step.device, { ifExists: true });
      return undefined;
    case 'set-link-up':
      await setLinkUp(step.device);
      return () => setLinkDown(step.device);
    case 'set-mtu': {
      const { mtu } = getLink(step.device);
      await setMtu(step.device, step.mtu);
      return () => setMtu(step.device, mtu);
    }
    case 'transaction':
      return transact(step.changes, run);
    case 'wait-for-interface': {
      const since = step.afterTransaction ? run.nextCfg : undefined;
      run.interface = await run.ovs.waitForInterface(step.interface, { ...run.options, since });
      return undefined;
    }
  }
}

async function transact(changes: readonly Change[], run: Run): Promise<Undo> {
  const { ovs } = run;
  let reversal: Reversal[] = [];
  const undo = async () => {
    await ovs.sync(UNDO_OPTIONS);
    await ovs.transact((tx) => {
      for (const reverse of reversal.toReversed()) reverse(tx);
    }, UNDO_OPTIONS);
  };
  try {
    const { nextCfg } = await ovs.transact((tx) => {
      // Whatever the switch was when this was built last is what is to come back.
      reversal = changes.flatMap((change) => reversalOf(change, ovs.tables) ?? []);
      for (const change of changes) apply(change, tx);
    }, run.options);
    run.nextCfg = nextCfg;
  } catch (error) {
    // It may have been committed all the same.
    if (error instanceof CommitOutcomeUnknownError && reversal.length > 0) throw new HalfDoneError(error, undo);
    throw error;
  }
  return reversal.length > 0 ? undo : undefined;
}

function apply(change: Change, tx: SwitchTransaction): void {
  switch (change.change) {
    case 'add-bridge':
      tx.addBridge(change.bridge, change);
      break;
    case 'add-port':
      tx.addPort(change.bridge, change.port, change);
      break;
    case 'delete-port':
      tx.deletePort(change.port, { bridge: change.bridge, ifExists: true });
      break;
    case 'set-interface':
      tx.setInterface(change.interface, change);
      break;
  }
}
