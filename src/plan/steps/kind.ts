/** What each kind of step has to bring along; steps.ts puts all kinds in one table. */
import type { CallOptions } from '../../base/deadline.js';
import { messageOf } from '../../base/errors.js';
import type { InterfaceRow, Ovs } from '../../vswitch/index.js';

/** A command and its arguments. */
export type Command = readonly string[];

/** Puts back what a step changed. What others have changed since is theirs, and stays. */
export type Undo = () => Promise<void>;

/** What a plan runs on, and what it has brought about so far. */
export interface Run {
  readonly ovs: Ovs;
  readonly options: CallOptions;
  /** A tool or a setting of a card that fails is a warning, for every step. */
  readonly bestEffort: boolean;
  readonly warnings: string[];
  /** No step comes after this one that could fail: what it does is never taken back, and need not be remembered. */
  last: boolean;
  /** The configuration that ovs-vswitchd has to take in for the plan's last transaction. */
  nextCfg?: number | undefined;
  interface?: InterfaceRow;
}

export interface StepKind<S> {
  /** A few words, for errors and for `--dry-run`. */
  describe(step: S): string;
  /** The commands of stock tools that do the same. */
  explain(step: S): readonly Command[];
  /**
   * Does it.
   * @returns how to take it back; `undefined` when nothing was changed
   */
  perform(step: S, run: Run): Promise<Undo | undefined>;
}

/** A table with an entry for every kind of a union of steps. */
export type StepKinds<S extends { readonly kind: string }> = {
  readonly [K in S['kind']]: StepKind<Extract<S, { readonly kind: K }>>;
};

/** Carries a step's failure together with the undoing of what it may have done. */
export class HalfDoneError extends Error {
  constructor(
    override readonly cause: unknown,
    readonly undo: Undo,
  ) {
    super(messageOf(cause), { cause });
  }
}

/** Undoing has a deadline of its own: the caller's may be what made the plan fail. */
export const UNDO_OPTIONS: CallOptions = { timeout: 10_000 };
