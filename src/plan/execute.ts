import type { CallOptions } from '../base/deadline.js';
import { AbortedError, messageOf, OvskitError } from '../base/errors.js';
import type { InterfaceRow, Ovs } from '../vswitch/index.js';
import { HalfDoneError, type Run, type Undo } from './steps/kind.js';
import { describeStep, kindOf, type Plan, type Step } from './steps.js';

/** A step failed; what the plan had done before it was undone. The code is that of the cause. */
export class StepFailedError extends OvskitError {
  constructor(
    readonly step: Step,
    /** The step's place in the plan, from 0. */
    readonly index: number,
    cause: unknown,
    /** What could not be undone, if anything. */
    readonly undoErrors: readonly Error[],
  ) {
    const left = undoErrors.map((error) => `; could not undo: ${error.message}`).join('');
    const code = cause instanceof OvskitError ? cause.code : 'ERR_PLAN_STEP_FAILED';
    super(code, `step ${index + 1}, ${describeStep(step)}: ${messageOf(cause)}${left}`, { cause });
  }
}

/** What plans have done that can be taken back. */
export class Done {
  readonly #undos: Undo[] = [];
  #undone = false;

  get size(): number {
    return this.#undos.length;
  }

  /** Whether anything was taken back. */
  get undone(): boolean {
    return this.#undone;
  }

  add(undo: Undo): void {
    this.#undos.push(undo);
  }

  /** Takes it back, last first. @returns what could not be */
  async undo(): Promise<Error[]> {
    const errors: Error[] = [];
    this.#undone ||= this.size > 0;
    for (const undo of this.#undos.splice(0).toReversed()) {
      try {
        await undo();
      } catch (error) {
        errors.push(error instanceof Error ? error : new Error(String(error)));
      }
    }
    return errors;
  }
}

export interface ExecuteOptions extends CallOptions {
  /** Tools and settings of cards that fail are warnings, for every step. */
  bestEffort?: boolean | undefined;
  /** Asked before each step for what is left of the whole plan's time. Default: each has `timeout`. */
  rest?: (() => CallOptions) | undefined;
  /** What plans before this one have done to the same end: when this one fails, it is undone, too. */
  done?: Done | undefined;
  /** Whether another plan goes on from where this one failed, for this reason: then nothing is undone. */
  goesOn?: ((cause: unknown) => boolean) | undefined;
  /** Runs before each step; what it throws makes that step fail. For tests, and for progress. `index` counts from 0. */
  beforeStep?: ((index: number, step: Step) => void | Promise<void>) | undefined;
}

export interface PlanResult {
  /** The interface as ovs-vswitchd opened it, when the plan waited for one. */
  readonly interface: InterfaceRow | undefined;
  /** Whether any step changed what it can take back: not where all was as wanted, or what was not is refused. */
  readonly changed: boolean;
  /** What failed by best effort, what a card could not do, what the planner left alone: a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Does the steps in order. When one fails, those before it are undone, last first: what the plan made is gone, what it
 * deleted is made again, and what it set is as before, but for what others have changed since.
 *
 * @param options `timeout` in milliseconds for each step that waits.
 * @throws {StepFailedError} naming the step, with its cause's code.
 */
export async function execute(plan: Plan, ovs: Ovs, options: ExecuteOptions = {}): Promise<PlanResult> {
  const { bestEffort = false, beforeStep, rest, done = new Done(), goesOn, signal, timeout } = options;
  const callOptions = { signal, timeout };
  const run: Run = {
    ovs,
    get options() {
      return rest?.() ?? callOptions;
    },
    bestEffort,
    warnings: [...(plan.warnings ?? [])],
    last: false,
  };
  const before = done.size;
  for (const [index, step] of plan.steps.entries()) {
    try {
      if (options.signal?.aborted) throw new AbortedError('aborted', { cause: options.signal.reason });
      await beforeStep?.(index, step);
      run.last = index === plan.steps.length - 1;
      const undo = await kindOf(step).perform(step, run);
      if (undo) done.add(undo);
    } catch (error) {
      const half = error instanceof HalfDoneError ? error : undefined;
      if (half) done.add(half.undo);
      const cause = half ? half.cause : error;
      throw new StepFailedError(step, index, cause, goesOn?.(cause) ? [] : await done.undo());
    }
  }
  return { interface: run.interface, changed: done.size > before, warnings: run.warnings };
}
