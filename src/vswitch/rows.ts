import type { Replica, SelectedRowOf, SelectionOf, TableOf } from '../ovsdb/index.js';
import { type OpenVSwitchTables, openVSwitch } from './schema.js';

/** The key in a port's external ids that says whose it is, for those who put in order what is theirs. */
export const OWNER_KEY = 'ovskit-owner';

/** What the replica of a switch holds. Statistics and status change every few seconds and are left out. */
export const SWITCH_SELECTION = {
  Open_vSwitch: { columns: ['bridges', 'next_cfg', 'cur_cfg', 'ovs_version'], index: ['bridges'] },
  Bridge: { columns: ['name', 'ports', 'datapath_type', 'datapath_id', 'external_ids'], index: ['ports'] },
  Port: {
    columns: ['name', 'interfaces', 'tag', 'trunks', 'vlan_mode', 'qos', 'fake_bridge', 'external_ids'],
    index: ['interfaces', 'fake_bridge', 'external_ids:ovskit-owner'],
  },
  Interface: {
    columns: [
      'name',
      'type',
      'ofport',
      'error',
      'mtu_request',
      'ingress_policing_rate',
      'ingress_policing_burst',
      'options',
      'external_ids',
    ],
    index: ['external_ids:iface-id'],
  },
  QoS: { columns: ['type', 'other_config', 'external_ids'] },
} as const satisfies SelectionOf<OpenVSwitchTables>;

type Selected = typeof SWITCH_SELECTION;

/**
 * A row whose integers are small. The schema gives these columns 64 bits, but next_cfg counts up from zero, an OpenFlow
 * port has 32 bits, and an MTU fewer.
 */
type Small<Row> = { readonly [C in keyof Row]: Exclude<Row[C], bigint> };

/** The columns of ovs-vswitchd.conf.db(5) that ovskit works with, under their own names. */
export type OpenVswitchRow = Small<SelectedRowOf<OpenVSwitchTables, Selected, 'Open_vSwitch'>>;
/** A bridge, as the warm replica has it. */
export type BridgeRow = Small<SelectedRowOf<OpenVSwitchTables, Selected, 'Bridge'>>;
/** A port, as the warm replica has it. */
export type PortRow = Small<SelectedRowOf<OpenVSwitchTables, Selected, 'Port'>>;
/**
 * `ofport` is the OpenFlow port number; `-1` when ovs-vswitchd could not open the device, `null` before it tried.
 * `error` is why it could not.
 */
export type InterfaceRow = Small<SelectedRowOf<OpenVSwitchTables, Selected, 'Interface'>>;
export type QosRow = Small<SelectedRowOf<OpenVSwitchTables, Selected, 'QoS'>>;

/** A switch's tables by type. */
export class SwitchTables {
  readonly switches: TableOf<OpenVswitchRow, 'bridges'>;
  readonly bridges: TableOf<BridgeRow, 'name' | 'ports'>;
  readonly ports: TableOf<PortRow, 'name' | 'interfaces' | 'fake_bridge' | 'external_ids:ovskit-owner'>;
  readonly interfaces: TableOf<InterfaceRow, 'name' | 'external_ids:iface-id'>;
  readonly qos: TableOf<QosRow, never>;

  constructor(replica: Replica) {
    const typed = openVSwitch.narrow<Selected>(replica);
    this.switches = typed.table('Open_vSwitch') as unknown as TableOf<OpenVswitchRow, 'bridges'>;
    this.bridges = typed.table('Bridge');
    this.ports = typed.table('Port');
    this.interfaces = typed.table('Interface') as unknown as TableOf<InterfaceRow, 'name' | 'external_ids:iface-id'>;
    this.qos = typed.table('QoS');
  }

  /** The only row of Open_vSwitch. */
  get root(): OpenVswitchRow | undefined {
    return this.switches.rows().next().value;
  }

  /** A bridge by its name. */
  bridge(name: string): BridgeRow | undefined {
    return this.bridges.find('name', name);
  }

  /** A port by its name. */
  port(name: string): PortRow | undefined {
    return this.ports.find('name', name);
  }

  /** An interface by its name. */
  interface(name: string): InterfaceRow | undefined {
    return this.interfaces.find('name', name);
  }

  /** The bridge that a port is on. Equivalent to `ovs-vsctl port-to-br PORT`. */
  bridgeOfPort(port: PortRow): BridgeRow | undefined {
    return this.bridges.find('ports', port._uuid);
  }

  /** The interfaces that carry an iface-id: one, where all is well. */
  interfacesOf(interfaceId: string): readonly InterfaceRow[] {
    return this.interfaces.findAll('external_ids:iface-id', interfaceId);
  }

  /** The ports that carry an owner's mark. */
  portsOwnedBy(owner: string): readonly PortRow[] {
    return this.ports.findAll(`external_ids:${OWNER_KEY}`, owner);
  }

  /** The port that an interface is in. */
  portOfInterface(row: InterfaceRow): PortRow | undefined {
    return this.ports.find('interfaces', row._uuid);
  }
}
