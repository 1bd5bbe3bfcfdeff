import { randomUUID } from 'node:crypto';
import { CommitOutcomeUnknownError } from '../../ovsdb/index.js';
import { HalfDoneError, type Run, UNDO_OPTIONS, type Undo } from '../steps/kind.js';
import { applyChanges, creations } from './apply.js';
import type { Recorder } from './record.js';
import type { Change } from './types.js';

/** Commits changes as one transaction, and tells how to take it back. */
export async function transactChanges(
  changes: readonly Change[],
  run: Run,
  waitForVswitchd = false,
): Promise<Undo | undefined> {
  const { ovs } = run;
  const uuids = new Map(creations(changes).map(({ id }) => [id, randomUUID()]));
  let recorder: Recorder | undefined;
  let answers = false;
  const undo = async () => {
    await recorder?.ready();
    await ovs.sync(UNDO_OPTIONS);
    // What is undone next may be settings of devices that ovs-vswitchd makes again.
    await ovs.transact((tx) => recorder?.reverse(tx), { ...UNDO_OPTIONS, waitForVswitchd: answers });
  };
  try {
    const { nextCfg } = await ovs.transact((tx) => {
      // It may be built more than once: what it was built on last is what is to come back.
      recorder = undefined;
      recorder = applyChanges(changes, tx, ovs, uuids);
      // What is set as it was is set for ovs-vswitchd to look at it again: its device may be another one.
      if (changes.some(({ change }) => change === 'set')) tx.touch();
    }, run.options);
    run.nextCfg = nextCfg ?? run.nextCfg;
  } catch (error) {
    // It may have been committed all the same.
    if (error instanceof CommitOutcomeUnknownError && recorder && !recorder.isEmpty) {
      throw new HalfDoneError(error, undo);
    }
    throw error;
  }
  recorder?.settle(ovs.tables);
  const after = recorder?.isEmpty === false ? undo : undefined;
  if (waitForVswitchd && run.nextCfg !== undefined) {
    try {
      await ovs.waitForVswitchd(run.nextCfg, run.options);
      answers = true;
    } catch (error) {
      throw after ? new HalfDoneError(error, after) : error;
    }
  }
  return after;
}
