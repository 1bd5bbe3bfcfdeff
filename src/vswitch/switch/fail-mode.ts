import type { Draft } from '../draft/index.js';
import { RefusedError } from '../errors.js';
import { getBridge, getRealBridge } from './bridges.js';

/** Equivalent to `ovs-vsctl get-fail-mode BRIDGE`. */
export function getFailMode(draft: Draft, bridge: string): string | undefined {
  return (draft.get(getBridge(draft, bridge).row, 'fail_mode') as string | null) ?? undefined;
}

/** Equivalent to `ovs-vsctl set-fail-mode BRIDGE MODE`, and without a mode to `del-fail-mode BRIDGE`. */
export function setFailMode(draft: Draft, bridge: string, mode: string | undefined): void {
  const { row } = getRealBridge(draft, bridge);
  if (mode !== undefined && mode !== 'standalone' && mode !== 'secure') {
    throw new RefusedError('fail-mode must be "standalone" or "secure"');
  }
  draft.set(row, 'fail_mode', mode ?? null);
}
