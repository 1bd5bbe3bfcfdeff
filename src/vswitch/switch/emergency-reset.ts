import type { Draft } from '../draft/index.js';
import { rootOf } from './bridges.js';

/** Tables whose rows all go. */
const EMPTIED = ['Mirror', 'Controller', 'Manager', 'NetFlow', 'SSL', 'sFlow', 'IPFIX', 'Flow_Sample_Collector_Set'];

/** Resets the configuration to a clean state. Equivalent to `ovs-vsctl emer-reset`. */
export function emergencyReset(draft: Draft): void {
  const root = rootOf(draft);
  draft.set(root, 'manager_options', []);
  draft.set(root, 'ssl', null);
  for (const bridge of draft.rows('Bridge')) {
    for (const column of ['controller', 'mirrors', 'flood_vlans']) draft.set(bridge, column, []);
    for (const column of ['fail_mode', 'netflow', 'sflow', 'ipfix']) draft.set(bridge, column, null);
    const hwaddr = (draft.get(bridge, 'other_config') as ReadonlyMap<string, string>).get('hwaddr');
    draft.set(bridge, 'other_config', new Map(hwaddr === undefined ? [] : [['hwaddr', hwaddr]]));
  }
  for (const port of draft.rows('Port', ['_uuid', 'other_config'])) {
    if ((draft.get(port, 'other_config') as ReadonlyMap<string, string>).size > 0) {
      draft.set(port, 'other_config', new Map());
    }
  }
  for (const each of draft.rows('Interface', ['_uuid', 'ingress_policing_rate', 'ingress_policing_burst'])) {
    for (const column of ['ingress_policing_rate', 'ingress_policing_burst']) {
      if (draft.get(each, column) !== 0) draft.set(each, column, 0);
    }
  }
  for (const table of EMPTIED) for (const row of draft.rows(table)) draft.delete(row);
}
