import type { Target } from '../target.js';
import { codec } from './codec.js';
import { dbcache } from './dbcache.js';
import { framer } from './framer.js';
import { vif } from './vif.js';
import { vsctl } from './vsctl.js';

export const targets: readonly Target[] = [framer, codec, vsctl, dbcache, vif];
