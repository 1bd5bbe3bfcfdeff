/** Steps for devices: each only where the device is not as wanted. */
import { WrongKindError } from '../../netdev/index.js';
import type { Step } from '../../plan/index.js';
import type { Facts } from '../facts.js';

/** A tap that is up: `ip tuntap add DEV mode tap`, address when given. */
export function tapSteps(
  facts: Facts,
  device: string,
  settings: { mac?: string; alias?: string | undefined } = {},
): Step[] {
  const link = facts.link(device);
  const { mac, alias } = settings;
  if (!link) {
    return [{ kind: 'create-tap', device, ...(mac === undefined ? {} : { mac: plainMac(mac) }), ...marked(alias) }];
  }
  if (link.kind !== undefined && link.kind !== 'tap') throw new WrongKindError(device, 'a tap', link.kind ?? undefined);
  return upSteps(facts, device);
}

/** A step's settings with the alias, where there is one. */
export const marked = (alias: string | undefined): { alias?: string } => (alias === undefined ? {} : { alias });

/** A tap goes only as a tap: a device that has its name by chance stays. */
export function deleteTapSteps(facts: Facts, device: string): Step[] {
  const link = facts.link(device);
  if (!link) return [];
  if (link.kind !== undefined && link.kind !== 'tap') throw new WrongKindError(device, 'a tap', link.kind ?? undefined);
  return [{ kind: 'delete-tap', device }];
}

export function upSteps(facts: Facts, device: string): Step[] {
  const link = facts.link(device);
  return link && link.up !== false ? [] : [{ kind: 'set-link-up', device }];
}

/** Nothing without an MTU; a device that is not there yet is about to be made. */
export function mtuSteps(facts: Facts, device: string, mtu: number | undefined): Step[] {
  if (mtu === undefined) return [];
  const link = facts.link(device);
  return link && (link.mtu === undefined || link.mtu === mtu) ? [] : [{ kind: 'set-mtu', device, mtu }];
}

export function promiscuousSteps(facts: Facts, device: string): Step[] {
  const link = facts.link(device);
  return link && link.promiscuous !== false ? [] : [{ kind: 'set-promiscuous', device, on: true }];
}

export function masterSteps(facts: Facts, device: string, master: string): Step[] {
  const link = facts.link(device);
  return link && (link.master === undefined || link.master === master) ? [] : [{ kind: 'set-master', device, master }];
}

/** The kernel's tools know no dashes in an address. */
export const plainMac = (mac: string) => mac.replaceAll('-', ':').toLowerCase();
