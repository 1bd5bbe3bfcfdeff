import type { Pif, Records } from '../records/index.js';
import { networkOf } from '../relations.js';

const KEY = 'vswitch-controller-fail-mode';
export type FailMode = 'standalone' | 'secure';

function valid(value: string | undefined): FailMode | undefined {
  return value === 'standalone' || value === 'secure' ? value : undefined;
}

/** What a bridge does without its controller: as its network says, else the pool, else `standalone`. */
export function failModeOf(records: Records, datapath: Pif): { mode: FailMode; fromPool: boolean } {
  const own = valid(networkOf(records, datapath).other_config.get(KEY));
  if (own) return { mode: own, fromPool: false };
  const [pool] = records.pools.values();
  const pooled = valid(pool?.other_config.get(KEY));
  return { mode: pooled ?? 'standalone', fromPool: pooled !== undefined };
}
