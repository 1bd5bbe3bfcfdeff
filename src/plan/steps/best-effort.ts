import { messageOf } from '../../base/errors.js';
import type { Run, Undo } from './kind.js';

/** Does what may fail: its failure is a warning where the step or the whole run is by best effort. */
export async function orWarn(
  { bestEffort }: { readonly bestEffort?: boolean | undefined },
  description: string,
  run: Run,
  act: () => Promise<Undo | undefined>,
): Promise<Undo | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!(bestEffort || run.bestEffort) || run.options.signal?.aborted) throw error;
    run.warnings.push(`${description}: ${messageOf(error)}`);
    return undefined;
  }
}
