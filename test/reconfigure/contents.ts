import { update } from '../../src/ovsdb/index.js';
import { canonicalDatabase, type Twin } from '../cli/vsctl/twins.js';

/** A whole database in a form that compares. How often the switch was told to look is no matter. */
export async function contents(twin: Twin): Promise<string> {
  await twin.client.transact('Open_vSwitch', [update('Open_vSwitch', [], { next_cfg: 0 })]);
  return canonicalDatabase(twin);
}
