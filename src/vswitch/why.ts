import type { SwitchTables } from './rows.js';

/** What to say of a bridge that ovs-vswitchd has looked at and made no datapath for. @param type its `datapath_type` */
export function noDatapath(bridge: string, type: string): string {
  const actual = type || 'system';
  const hint = actual === 'netdev' ? '' : ' (system is the kernel module; netdev does without)';
  return `bridge ${bridge} has no datapath: ovs-vswitchd could make none of type ${actual}${hint}, and its log says why`;
}

/** Why ovs-vswitchd has not taken a configuration in, as far as the database tells. */
export function whyBehind({ root }: SwitchTables): string | undefined {
  if (!root || root.cur_cfg >= root.next_cfg) return undefined;
  return `it has not taken in what the database holds (cur_cfg ${root.cur_cfg}, next_cfg ${root.next_cfg}): does ovs-vswitchd run?`;
}

/** Why ovs-vswitchd has not opened an interface, as far as the database tells. */
export function whyNotOpened(tables: SwitchTables, name: string): string {
  const row = tables.interface(name);
  const port = row && tables.portOfInterface(row);
  const bridge = port && tables.bridgeOfPort(port);
  if (!bridge) return `there is no interface ${name} on a bridge`;
  const behind = whyBehind(tables);
  if (behind) return behind;
  if (bridge.datapath_id === null) return noDatapath(bridge.name, bridge.datapath_type);
  const type = bridge.datapath_type || 'system';
  return `its bridge ${bridge.name} has a datapath (type ${type}); the log of ovs-vswitchd may say what is wrong`;
}
