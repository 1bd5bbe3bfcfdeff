import { getLink, isTap, linkExists } from '../netdev/index.js';
import type { Ovs } from '../vswitch/index.js';

/** What a planner knows of the machine and the switch: a snapshot, so that planning is a pure function. */
export interface Facts {
  /** The VIF's device; `undefined` when there is none. */
  readonly device: DeviceFacts | undefined;
  readonly bridgeExists: boolean;
  /** The port of the VIF's name, or that has an interface of that name; `undefined` when there is neither. */
  readonly port: PortFacts | undefined;
}

export interface DeviceFacts {
  readonly isTap: boolean;
  readonly up: boolean;
  readonly mtu: number;
}

export interface PortFacts {
  readonly name: string;
  readonly bridge: string;
  /** The names of its interfaces: one of its own name, or a bond's members. */
  readonly interfaces: readonly string[];
  /** Its interface's type; empty for a device of the system. */
  readonly type: string;
  /** Its interface's external ids. */
  readonly externalIds: ReadonlyMap<string, string>;
  /** Whether ovs-vswitchd has opened it. */
  readonly opened: boolean;
}

/** Reads the facts: a few ioctls, and the warm replica. */
export function gatherFacts(ovs: Ovs, device: string, bridge: string): Facts {
  return {
    device: deviceFacts(device),
    bridgeExists: ovs.tables.bridge(bridge) !== undefined,
    port: portFacts(ovs, device),
  };
}

function deviceFacts(device: string): DeviceFacts | undefined {
  if (!linkExists(device)) return undefined;
  const { up, mtu } = getLink(device);
  return { isTap: isTap(device), up, mtu };
}

function portFacts({ tables }: Ovs, name: string): PortFacts | undefined {
  const row = tables.interface(name);
  const port = tables.port(name) ?? (row && tables.portOfInterface(row));
  const bridge = port && tables.bridgeOfPort(port);
  if (!port || !bridge) return undefined;
  return {
    name: port.name,
    bridge: bridge.name,
    interfaces: port.interfaces.flatMap((uuid) => tables.interfaces.get(uuid)?.name ?? []),
    type: row?.type ?? '',
    externalIds: row?.external_ids ?? new Map(),
    opened: row?.ofport != null && row.ofport > 0,
  };
}
