import type { Draft, DraftRow } from '../draft/index.js';
import type { Bridge } from './bridges.js';

const PREFIX = 'fake-bridge-';

/** Where a bridge's external ids are: a fake bridge's are in its port, under keys with a prefix. */
function placeOf(bridge: Bridge): { row: DraftRow; prefix: string } {
  return bridge.port ? { row: bridge.port, prefix: PREFIX } : { row: bridge.row, prefix: '' };
}

/** Equivalent to `ovs-vsctl br-get-external-id BRIDGE`. */
export function getExternalIds(draft: Draft, bridge: Bridge): Map<string, string> {
  const { row, prefix } = placeOf(bridge);
  const ids = [...(draft.get(row, 'external_ids') as ReadonlyMap<string, string>)];
  return new Map(ids.flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [])));
}

/** Equivalent to `ovs-vsctl br-set-external-id BRIDGE KEY [VALUE]`; without a value the key is removed. */
export function setExternalId(draft: Draft, bridge: Bridge, key: string, value: string | undefined): void {
  const { row, prefix } = placeOf(bridge);
  const name = `${prefix}${key}`;
  if (value === undefined) draft.remove(row, 'external_ids', [[name, undefined]]);
  else draft.put(row, 'external_ids', [[name, value]]);
}
