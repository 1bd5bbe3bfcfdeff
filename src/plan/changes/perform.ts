import type { Run, Undo } from '../steps/kind.js';
import { applyChanges } from './apply.js';
import type { Change } from './types.js';

/** Commits changes as one transaction. */
export async function transactChanges(changes: readonly Change[], run: Run): Promise<Undo | undefined> {
  const { nextCfg } = await run.ovs.transact((tx) => applyChanges(changes, tx), run.options);
  run.nextCfg = nextCfg;
  return undefined;
}
