import type { Draft, DraftRow, Members } from '../draft/index.js';
import { RefusedError } from '../errors.js';
import { rootOf } from './bridges.js';

/** A datapath's row by its type, such as `system`. */
function findDatapath(draft: Draft, name: string): DraftRow | undefined {
  const uuid = (draft.get(rootOf(draft), 'datapaths') as ReadonlyMap<string, string>).get(name);
  return uuid === undefined ? undefined : { table: 'Datapath', uuid };
}

function getDatapath(draft: Draft, name: string): DraftRow {
  const row = findDatapath(draft, name);
  if (!row) throw new RefusedError(`datapath ${name} does not exist`);
  return row;
}

function zoneOf(draft: Draft, datapath: DraftRow, zone: number): DraftRow | undefined {
  const uuid = (draft.get(datapath, 'ct_zones') as ReadonlyMap<number, string>).get(zone);
  return uuid === undefined ? undefined : { table: 'CT_Zone', uuid };
}

/**
 * Gives a conntrack zone a timeout policy. Equivalent to `ovs-vsctl [--may-exist] add-zone-tp`.
 *
 * @param timeouts in seconds, by the keys of CT_Timeout_Policy.
 */
export function addZonePolicy(
  draft: Draft,
  name: string,
  zone: number,
  timeouts: Members,
  { mayExist }: { mayExist?: boolean | undefined },
): void {
  const datapath = getDatapath(draft, name);
  const found = zoneOf(draft, datapath, zone);
  if (found && !mayExist) throw new RefusedError(`zone id ${zone} already exists`);
  const policy = policyOf(draft, new Map(timeouts as [string, number][]));
  if (found) {
    draft.set(found, 'timeout_policy', policy.uuid);
    return;
  }
  const row = draft.insert('CT_Zone', { timeout_policy: policy.uuid });
  draft.put(datapath, 'ct_zones', [[zone, row.uuid]]);
}

/** Zones with the same timeouts share a policy. */
function policyOf(draft: Draft, timeouts: ReadonlyMap<string, number>): DraftRow {
  const same = draft.rows('CT_Timeout_Policy').find((row) => {
    const have = draft.get(row, 'timeouts') as ReadonlyMap<string, number>;
    return have.size === timeouts.size && [...timeouts].every(([key, value]) => have.get(key) === value);
  });
  return same ?? draft.insert('CT_Timeout_Policy', { timeouts });
}

/** Equivalent to `ovs-vsctl [--if-exists] del-zone-tp`. */
export function deleteZonePolicy(
  draft: Draft,
  name: string,
  zone: number,
  { ifExists }: { ifExists?: boolean | undefined },
): void {
  const datapath = getDatapath(draft, name);
  const row = zoneOf(draft, datapath, zone);
  if (row) draft.remove(datapath, 'ct_zones', [[zone, undefined]]);
  else if (!ifExists) throw new RefusedError(`zone id ${zone} does not exist`);
}

/** Each zone's timeouts; nothing for a zone without a policy. Equivalent to `ovs-vsctl list-zone-tp`. */
export function zonePolicies(draft: Draft, name: string): [zone: number, ReadonlyMap<string, number> | undefined][] {
  const datapath = findDatapath(draft, name);
  if (!datapath) throw new RefusedError(`datapath: ${name} record not found`);
  return [...(draft.get(datapath, 'ct_zones') as ReadonlyMap<number, string>)].map(([zone, uuid]) => {
    const policy = draft.get({ table: 'CT_Zone', uuid }, 'timeout_policy') as string | null;
    if (policy === null) return [zone, undefined];
    return [zone, draft.get({ table: 'CT_Timeout_Policy', uuid: policy }, 'timeouts') as ReadonlyMap<string, number>];
  });
}

/** Equivalent to `ovs-vsctl list-dp-cap`. */
export function capabilitiesOf(draft: Draft, name: string): ReadonlyMap<string, string> {
  const datapath = findDatapath(draft, name);
  if (!datapath) throw new RefusedError(`datapath "${name}" record not found`);
  return draft.get(datapath, 'capabilities') as ReadonlyMap<string, string>;
}
