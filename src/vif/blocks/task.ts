import type { Facts } from '../facts.js';
import type { VifRequest } from '../request/index.js';

/** What a planner works on. */
export interface Task {
  readonly request: VifRequest;
  readonly facts: Facts;
  /** Takes a port over from another bridge, or from another VIF. */
  readonly force: boolean;
  /** Removes other ports with the VIF's iface-id. */
  readonly replace: boolean;
  /** Whose mark the port gets; none when left out. */
  readonly owner?: string | undefined;
}
