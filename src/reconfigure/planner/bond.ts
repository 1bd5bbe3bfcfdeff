import type { Change } from '../../plan/index.js';
import type { BondColumns } from '../bond-options.js';
import type { PortFacts, SwitchFacts } from '../facts.js';

/** Whether a plain port of a card is on a bridge already. */
export function isPortThere(sw: SwitchFacts, bridge: string, card: string): boolean {
  const port = sw.ports.get(card);
  return port?.plain === true && port.bridge === bridge && port.interfaces.join() === card;
}

/** A bond of just these cards that is on a bridge already. */
export function isBondThere(
  sw: SwitchFacts,
  bridge: string,
  name: string,
  cards: readonly string[],
): PortFacts | undefined {
  const port = sw.ports.get(name);
  if (!port?.plain || port.bridge !== bridge || !port.fakeInterface) return undefined;
  return [...port.interfaces].sort().join() === [...cards].sort().join() ? port : undefined;
}

/** What sets the options of a bond's port; `have` is the port when it is left where it is. */
export function bondPortChanges(name: string, want: BondColumns, have: PortFacts | undefined): Change[] {
  const columns: { [column: string]: string | number | null | { [key: string]: string | null } } = {};
  if (want.mac !== have?.mac) columns.mac = want.mac ?? null;
  if (want.bondMode !== have?.bondMode) columns.bond_mode = want.bondMode;
  if (want.lacp !== have?.lacp) columns.lacp = want.lacp;
  if ((want.upDelay ?? 0) !== (have?.upDelay ?? 0)) columns.bond_updelay = want.upDelay ?? 0;
  if ((want.downDelay ?? 0) !== (have?.downDelay ?? 0)) columns.bond_downdelay = want.downDelay ?? 0;
  const keys: { [key: string]: string | null } = {};
  for (const [key, value] of want.otherConfig) if (have?.otherConfig.get(key) !== value) keys[key] = value;
  // Of what the port has besides, only the options of bonds are ours.
  for (const key of have?.otherConfig.keys() ?? []) {
    if (key.startsWith('bond-') && !want.otherConfig.has(key)) keys[key] = null;
  }
  if (Object.keys(keys).length > 0) columns.other_config = keys;
  return Object.keys(columns).length === 0 ? [] : [{ change: 'set', table: 'Port', record: name, columns }];
}
