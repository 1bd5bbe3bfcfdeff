import type { Replica, Selection, Table } from '../ovsdb/index.js';

/** The columns of ovs-vswitchd.conf.db(5) that ovskit works with, under their own names. */
type StringMap = ReadonlyMap<string, string>;

export interface OpenVswitchRow {
  readonly _uuid: string;
  readonly bridges: readonly string[];
  readonly next_cfg: number;
  readonly cur_cfg: number;
  readonly ovs_version: string | null;
}

export interface BridgeRow {
  readonly _uuid: string;
  readonly name: string;
  readonly ports: readonly string[];
  readonly datapath_type: string;
  readonly external_ids: StringMap;
}

export interface PortRow {
  readonly _uuid: string;
  readonly name: string;
  readonly interfaces: readonly string[];
  readonly tag: number | null;
  readonly trunks: readonly number[];
  readonly vlan_mode: string | null;
  readonly external_ids: StringMap;
}

export interface InterfaceRow {
  readonly _uuid: string;
  readonly name: string;
  readonly type: string;
  /** The OpenFlow port number; `-1` when ovs-vswitchd could not open the device, `null` before it tried. */
  readonly ofport: number | null;
  /** Why ovs-vswitchd could not open the device. */
  readonly error: string | null;
  readonly mtu_request: number | null;
  readonly options: StringMap;
  readonly external_ids: StringMap;
}

/** What the replica of a switch holds. Statistics and status change every few seconds and are left out. */
export const SWITCH_SELECTION = {
  Open_vSwitch: { columns: ['bridges', 'next_cfg', 'cur_cfg', 'ovs_version'] },
  Bridge: { columns: ['name', 'ports', 'datapath_type', 'external_ids'], index: ['ports'] },
  Port: { columns: ['name', 'interfaces', 'tag', 'trunks', 'vlan_mode', 'external_ids'], index: ['interfaces'] },
  Interface: { columns: ['name', 'type', 'ofport', 'error', 'mtu_request', 'options', 'external_ids'] },
} as const satisfies Selection;

/** A switch's tables by type. */
export class SwitchTables {
  readonly switches: Table<OpenVswitchRow>;
  readonly bridges: Table<BridgeRow>;
  readonly ports: Table<PortRow>;
  readonly interfaces: Table<InterfaceRow>;

  constructor(replica: Replica) {
    this.switches = replica.table('Open_vSwitch');
    this.bridges = replica.table('Bridge');
    this.ports = replica.table('Port');
    this.interfaces = replica.table('Interface');
  }

  /** The only row of Open_vSwitch. */
  get root(): OpenVswitchRow | undefined {
    return this.switches.rows().next().value;
  }

  bridge(name: string): BridgeRow | undefined {
    return this.bridges.find('name', name);
  }

  port(name: string): PortRow | undefined {
    return this.ports.find('name', name);
  }

  interface(name: string): InterfaceRow | undefined {
    return this.interfaces.find('name', name);
  }

  /** The bridge that a port is on. Equivalent to `ovs-vsctl port-to-br PORT`. */
  bridgeOfPort(port: PortRow): BridgeRow | undefined {
    return this.bridges.find('ports', port._uuid);
  }

  /** The port that an interface is in. */
  portOfInterface(row: InterfaceRow): PortRow | undefined {
    return this.ports.find('interfaces', row._uuid);
  }
}
