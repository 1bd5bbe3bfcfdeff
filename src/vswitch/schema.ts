/**
 * The tables of database Open_vSwitch: schema version 8.3.1, checksum 3012963480 26720.
 * Generated; to change it, run
 *   ovskit codegen /usr/share/openvswitch/vswitch.ovsschema --import ../ovsdb/index.js
 */
import { defineDatabase, type Integer, type MapInput, type Reference, type SetInput } from '../ovsdb/index.js';

/** A row of AutoAttach. */
export interface AutoAttachRow {
  readonly _uuid: string;
  readonly _version: string;
  /** key: 0 to 16777215; value: 0 to 4095 */
  readonly mappings: ReadonlyMap<number, number>;
  readonly system_description: string;
  readonly system_name: string;
}

/** What an insert into AutoAttach takes. */
export interface AutoAttachInsert {
  readonly mappings?: MapInput<number, number> | undefined;
  readonly system_description?: string | undefined;
  readonly system_name?: string | undefined;
}

/** What an update of AutoAttach may set. */
export type AutoAttachUpdate = AutoAttachInsert;

export type BridgeFailMode = 'secure' | 'standalone';
export type BridgeProtocols = 'OpenFlow10' | 'OpenFlow11' | 'OpenFlow12' | 'OpenFlow13' | 'OpenFlow14' | 'OpenFlow15';

/** A row of Bridge. */
export interface BridgeRow {
  readonly _uuid: string;
  readonly _version: string;
  /** reference to AutoAttach */
  readonly auto_attach: string | null;
  /** reference to Controller */
  readonly controller: readonly string[];
  /** ephemeral */
  readonly datapath_id: string | null;
  readonly datapath_type: string;
  readonly datapath_version: string;
  readonly external_ids: ReadonlyMap<string, string>;
  readonly fail_mode: BridgeFailMode | null;
  /** 0 to 4095; at most 4096 elements */
  readonly flood_vlans: readonly number[];
  /** key: 0 to 254; value: reference to Flow_Table */
  readonly flow_tables: ReadonlyMap<number, string>;
  /** reference to IPFIX */
  readonly ipfix: string | null;
  readonly mcast_snooping_enable: boolean;
  /** reference to Mirror */
  readonly mirrors: readonly string[];
  /** immutable */
  readonly name: string;
  /** reference to NetFlow */
  readonly netflow: string | null;
  readonly other_config: ReadonlyMap<string, string>;
  /** reference to Port */
  readonly ports: readonly string[];
  readonly protocols: readonly BridgeProtocols[];
  readonly rstp_enable: boolean;
  /** ephemeral */
  readonly rstp_status: ReadonlyMap<string, string>;
  /** reference to sFlow */
  readonly sflow: string | null;
  /** ephemeral */
  readonly status: ReadonlyMap<string, string>;
  readonly stp_enable: boolean;
}

/** What an insert into Bridge takes. */
export interface BridgeInsert {
  readonly auto_attach?: Reference | null | undefined;
  readonly controller?: SetInput<Reference> | undefined;
  readonly datapath_id?: string | null | undefined;
  readonly datapath_type?: string | undefined;
  readonly datapath_version?: string | undefined;
  readonly external_ids?: MapInput<string, string> | undefined;
  readonly fail_mode?: BridgeFailMode | null | undefined;
  readonly flood_vlans?: SetInput<number> | undefined;
  readonly flow_tables?: MapInput<number, Reference> | undefined;
  readonly ipfix?: Reference | null | undefined;
  readonly mcast_snooping_enable?: boolean | undefined;
  readonly mirrors?: SetInput<Reference> | undefined;
  readonly name?: string | undefined;
  readonly netflow?: Reference | null | undefined;
  readonly other_config?: MapInput<string, string> | undefined;
  readonly ports?: SetInput<Reference> | undefined;
  readonly protocols?: SetInput<BridgeProtocols> | undefined;
  readonly rstp_enable?: boolean | undefined;
  readonly rstp_status?: MapInput<string, string> | undefined;
  readonly sflow?: Reference | null | undefined;
  readonly status?: MapInput<string, string> | undefined;
  readonly stp_enable?: boolean | undefined;
}

/** What an update of Bridge may set. */
export type BridgeUpdate = Omit<BridgeInsert, 'name'>;

export type CTTimeoutPolicyTimeoutsKey =
  | 'icmp_first'
  | 'icmp_reply'
  | 'tcp_close'
  | 'tcp_close_wait'
  | 'tcp_established'
  | 'tcp_fin_wait'
  | 'tcp_last_ack'
  | 'tcp_retransmit'
  | 'tcp_syn_recv'
  | 'tcp_syn_sent'
  | 'tcp_syn_sent2'
  | 'tcp_time_wait'
  | 'tcp_unack'
  | 'udp_first'
  | 'udp_multiple'
  | 'udp_single';

/** A row of CT_Timeout_Policy. */
export interface CTTimeoutPolicyRow {
  readonly _uuid: string;
  readonly _version: string;
  readonly external_ids: ReadonlyMap<string, string>;
  /** value: 0 to 4294967295 */
  readonly timeouts: ReadonlyMap<CTTimeoutPolicyTimeoutsKey, number>;
}

/** What an insert into CT_Timeout_Policy takes. */
export interface CTTimeoutPolicyInsert {
  readonly external_ids?: MapInput<string, string> | undefined;
  readonly timeouts?: MapInput<CTTimeoutPolicyTimeoutsKey, number> | undefined;
}

/** What an update of CT_Timeout_Policy may set. */
export type CTTimeoutPolicyUpdate = CTTimeoutPolicyInsert;

/** A row of CT_Zone. */
export interface CTZoneRow {
  readonly _uuid: string;
  readonly _version: string;
  readonly external_ids: ReadonlyMap<string, string>;
  /** reference to CT_Timeout_Policy */
  readonly timeout_policy: string | null;
}

/** What an insert into CT_Zone takes. */
export interface CTZoneInsert {
  readonly external_ids?: MapInput<string, string> | undefined;
  readonly timeout_policy?: Reference | null | undefined;
}

/** What an update of CT_Zone may set. */
export type CTZoneUpdate = CTZoneInsert;

export type ControllerConnectionMode = 'in-band' | 'out-of-band';
export type ControllerRole = 'master' | 'other' | 'slave';
export type ControllerType = 'primary' | 'service';

/** A row of Controller. */
export interface ControllerRow {
  readonly _uuid: string;
  readonly _version: string;
  readonly connection_mode: ControllerConnectionMode | null;
  /** at least 25 */
  readonly controller_burst_limit: Integer | null;
  /** 1 to 512 */
  readonly controller_queue_size: number | null;
  /** at least 100 */
  readonly controller_rate_limit: Integer | null;
  readonly enable_async_messages: boolean | null;
  readonly external_ids: ReadonlyMap<string, string>;
  readonly inactivity_probe: Integer | null;
  /** ephemeral */
  readonly is_connected: boolean;
  readonly local_gateway: string | null;
  readonly local_ip: string | null;
  readonly local_netmask: string | null;
  /** at least 1000 */
  readonly max_backoff: Integer | null;
  readonly other_config: ReadonlyMap<string, string>;
  /** ephemeral */
  readonly role: ControllerRole | null;
  /** ephemeral */
  readonly status: ReadonlyMap<string, string>;
  readonly target: string;
  readonly type: ControllerType | null;
}

/** What an insert into Controller takes. */
export interface ControllerInsert {
  readonly connection_mode?: ControllerConnectionMode | null | undefined;
  readonly controller_burst_limit?: Integer | null | undefined;
  readonly controller_queue_size?: number | null | undefined;
  readonly controller_rate_limit?: Integer | null | undefined;
  readonly enable_async_messages?: boolean | null | undefined;
  readonly external_ids?: MapInput<string, string> | undefined;
  readonly inactivity_probe?: Integer | null | undefined;
  readonly is_connected?: boolean | undefined;
  readonly local_gateway?: string | null | undefined;
  readonly local_ip?: string | null | undefined;
  readonly local_netmask?: string | null | undefined;
  readonly max_backoff?: Integer | null | undefined;
  readonly other_config?: MapInput<string, string> | undefined;
  readonly role?: ControllerRole | null | undefined;
  readonly status?: MapInput<string, string> | undefined;
  readonly target?: string | undefined;
  readonly type?: ControllerType | null | undefined;
}

/** What an update of Controller may set. */
export type ControllerUpdate = ControllerInsert;

/** A row of Datapath. */
export interface DatapathRow {
  readonly _uuid: string;
  readonly _version: string;
  readonly capabilities: ReadonlyMap<string, string>;
  /** key: 0 to 65535; value: reference to CT_Zone */
  readonly ct_zones: ReadonlyMap<number, string>;
  readonly datapath_version: string;
  readonly external_ids: ReadonlyMap<string, string>;
}

/** What an insert into Datapath takes. */
export interface DatapathInsert {
  readonly capabilities?: MapInput<string, string> | undefined;
  readonly ct_zones?: MapInput<number, Reference> | undefined;
  readonly datapath_version?: string | undefined;
  readonly external_ids?: MapInput<string, string> | undefined;
}

/** What an update of Datapath may set. */
export type DatapathUpdate = DatapathInsert;

/** A row of Flow_Sample_Collector_Set. */
export interface FlowSampleCollectorSetRow {
  readonly _uuid: string;
  readonly _version: string;
  /** reference to Bridge */
  readonly bridge: string;
  readonly external_ids: ReadonlyMap<string, string>;
  /** 0 to 4294967295 */
  readonly id: number;
  /** reference to IPFIX */
  readonly ipfix: string | null;
}

/** What an insert into Flow_Sample_Collector_Set takes. */
export interface FlowSampleCollectorSetInsert {
  readonly bridge: Reference;
  readonly external_ids?: MapInput<string, string> | undefined;
  readonly id?: number | undefined;
  readonly ipfix?: Reference | null | undefined;
}

/** What an update of Flow_Sample_Collector_Set may set. */
export type FlowSampleCollectorSetUpdate = Partial<FlowSampleCollectorSetInsert>;

export type FlowTableOverflowPolicy = 'evict' | 'refuse';

/** A row of Flow_Table. */
export interface FlowTableRow {
  readonly _uuid: string;
  readonly _version: string;
  readonly external_ids: ReadonlyMap<string, string>;
  /** at least 0 */
  readonly flow_limit: Integer | null;
  readonly groups: readonly string[];
  readonly name: string | null;
  readonly overflow_policy: FlowTableOverflowPolicy | null;
  /** at most 3 elements */
  readonly prefixes: readonly string[];
}

/** What an insert into Flow_Table takes. */
export interface FlowTableInsert {
  readonly external_ids?: MapInput<string, string> | undefined;
  readonly flow_limit?: Integer | null | undefined;
  readonly groups?: SetInput<string> | undefined;
  readonly name?: string | null | undefined;
  readonly overflow_policy?: FlowTableOverflowPolicy | null | undefined;
  readonly prefixes?: SetInput<string> | undefined;
}

/** What an update of Flow_Table may set. */
export type FlowTableUpdate = FlowTableInsert;

/** A row of IPFIX. */
export interface IPFIXRow {
  readonly _uuid: string;
  readonly _version: string;
  /** 0 to 4200 */
  readonly cache_active_timeout: number | null;
  /** 0 to 4294967295 */
  readonly cache_max_flows: number | null;
  readonly external_ids: ReadonlyMap<string, string>;
  /** 0 to 4294967295 */
  readonly obs_domain_id: number | null;
  /** 0 to 4294967295 */
  readonly obs_point_id: number | null;
  readonly other_config: ReadonlyMap<string, string>;
  /** 1 to 4294967295 */
  readonly sampling: number | null;
  readonly targets: readonly string[];
}

/** What an insert into IPFIX takes. */
export interface IPFIXInsert {
  readonly cache_active_timeout?: number | null | undefined;
  readonly cache_max_flows?: number | null | undefined;
  readonly external_ids?: MapInput<string, string> | undefined;
  readonly obs_domain_id?: number | null | undefined;
  readonly obs_point_id?: number | null | undefined;
  readonly other_config?: MapInput<string, string> | undefined;
  readonly sampling?: number | null | undefined;
  readonly targets?: SetInput<string> | undefined;
}

/** What an update of IPFIX may set. */
export type IPFIXUpdate = IPFIXInsert;

export type InterfaceAdminState = 'down' | 'up';
export type InterfaceCfmRemoteOpstate = 'down' | 'up';
export type InterfaceDuplex = 'full' | 'half';
export type InterfaceLinkState = 'down' | 'up';

/** A row of Interface. */
export interface InterfaceRow {
  readonly _uuid: string;
  readonly _version: string;
  /** ephemeral */
  readonly admin_state: InterfaceAdminState | null;
  readonly bfd: ReadonlyMap<string, string>;
  /** ephemeral */
  readonly bfd_status: ReadonlyMap<string, string>;
  /** ephemeral */
  readonly cfm_fault: boolean | null;
  /** ephemeral */
  readonly cfm_fault_status: readonly string[];
  readonly cfm_flap_count: Integer | null;
  /** 0 to 100; ephemeral */
  readonly cfm_health: number | null;
  readonly cfm_mpid: Integer | null;
  /** ephemeral */
  readonly cfm_remote_mpids: readonly Integer[];
  /** ephemeral */
  readonly cfm_remote_opstate: InterfaceCfmRemoteOpstate | null;
  /** ephemeral */
  readonly duplex: InterfaceDuplex | null;
  readonly error: string | null;
  readonly external_ids: ReadonlyMap<string, string>;
  /** 0 to 4294967295; ephemeral */
  readonly ifindex: number | null;
  /** at least 0 */
  readonly ingress_policing_burst: Integer;
  /** at least 0 */
  readonly ingress_policing_kpkts_burst: Integer;
  /** at least 0 */
  readonly ingress_policing_kpkts_rate: Integer;
  /** at least 0 */
  readonly ingress_policing_rate: Integer;
  /** ephemeral */
  readonly lacp_current: boolean | null;
  /** ephemeral */
  readonly link_resets: Integer | null;
  /** ephemeral */
  readonly link_speed: Integer | null;
  /** ephemeral */
  readonly link_state: InterfaceLinkState | null;
  readonly lldp: ReadonlyMap<string, string>;
  readonly mac: string | null;
  /** ephemeral */
  readonly mac_in_use: string | null;
  /** ephemeral */
  readonly mtu: Integer | null;
  /** at least 1 */
  readonly mtu_request: Integer | null;
  /** immutable */
  readonly name: string;
  readonly ofport: Integer | null;
  /** 1 to 65279 */
  readonly ofport_request: number | null;
  readonly options: ReadonlyMap<string, string>;
  readonly other_config: ReadonlyMap<string, string>;
  /** ephemeral */
  readonly statistics: ReadonlyMap<string, Integer>;
  /** ephemeral */
  readonly status: ReadonlyMap<string, string>;
  readonly type: string;
}

/** What an insert into Interface takes. */
export interface InterfaceInsert {
  readonly admin_state?: InterfaceAdminState | null | undefined;
  readonly bfd?: MapInput<string, string> | undefined;
  readonly bfd_status?: MapInput<string, string> | undefined;
  readonly cfm_fault?: boolean | null | undefined;
  readonly cfm_fault_status?: SetInput<string> | undefined;
  readonly cfm_flap_count?: Integer | null | undefined;
  readonly cfm_health?: number | null | undefined;
  readonly cfm_mpid?: Integer | null | undefined;
  readonly cfm_remote_mpids?: SetInput<Integer> | undefined;
  readonly cfm_remote_opstate?: InterfaceCfmRemoteOpstate | null | undefined;
  readonly duplex?: InterfaceDuplex | null | undefined;
  readonly error?: string | null | undefined;
  readonly external_ids?: MapInput<string, string> | undefined;
  readonly ifindex?: number | null | undefined;
  readonly ingress_policing_burst?: Integer | undefined;
  readonly ingress_policing_kpkts_burst?: Integer | undefined;
  readonly ingress_policing_kpkts_rate?: Integer | undefined;
  readonly ingress_policing_rate?: Integer | undefined;
  readonly lacp_current?: boolean | null | undefined;
  readonly link_resets?: Integer | null | undefined;
  readonly link_speed?: Integer | null | undefined;
  readonly link_state?: InterfaceLinkState | null | undefined;
  readonly lldp?: MapInput<string, string> | undefined;
  readonly mac?: string | null | undefined;
  readonly mac_in_use?: string | null | undefined;
  readonly mtu?: Integer | null | undefined;
  readonly mtu_request?: Integer | null | undefined;
  readonly name?: string | undefined;
  readonly ofport?: Integer | null | undefined;
  readonly ofport_request?: number | null | undefined;
  readonly options?: MapInput<string, string> | undefined;
  readonly other_config?: MapInput<string, string> | undefined;
  readonly statistics?: MapInput<string, Integer> | undefined;
  readonly status?: MapInput<string, string> | undefined;
  readonly type?: string | undefined;
}

/** What an update of Interface may set. */
export type InterfaceUpdate = Omit<InterfaceInsert, 'name'>;

export type ManagerConnectionMode = 'in-band' | 'out-of-band';

/** A row of Manager. */
export interface ManagerRow {
  readonly _uuid: string;
  readonly _version: string;
  readonly connection_mode: ManagerConnectionMode | null;
  readonly external_ids: ReadonlyMap<string, string>;
  readonly inactivity_probe: Integer | null;
  /** ephemeral */
  readonly is_connected: boolean;
  /** at least 1000 */
  readonly max_backoff: Integer | null;
  readonly other_config: ReadonlyMap<string, string>;
  /** ephemeral */
  readonly status: ReadonlyMap<string, string>;
  readonly target: string;
}

/** What an insert into Manager takes. */
export interface ManagerInsert {
  readonly connection_mode?: ManagerConnectionMode | null | undefined;
  readonly external_ids?: MapInput<string, string> | undefined;
  readonly inactivity_probe?: Integer | null | undefined;
  readonly is_connected?: boolean | undefined;
  readonly max_backoff?: Integer | null | undefined;
  readonly other_config?: MapInput<string, string> | undefined;
  readonly status?: MapInput<string, string> | undefined;
  readonly target?: string | undefined;
}

/** What an update of Manager may set. */
export type ManagerUpdate = ManagerInsert;

/** A row of Mirror. */
export interface MirrorRow {
  readonly _uuid: string;
  readonly _version: string;
  readonly external_ids: ReadonlyMap<string, string>;
  readonly name: string;
  /** weak reference to Port */
  readonly output_port: string | null;
  /** 1 to 4095 */
  readonly output_vlan: number | null;
  readonly select_all: boolean;
  /** weak reference to Port */
  readonly select_dst_port: readonly string[];
  /** weak reference to Port */
  readonly select_src_port: readonly string[];
  /** 0 to 4095; at most 4096 elements */
  readonly select_vlan: readonly number[];
  /** 14 to 65535 */
  readonly snaplen: number | null;
  /** ephemeral */
  readonly statistics: ReadonlyMap<string, Integer>;
}

/** What an insert into Mirror takes. */
export interface MirrorInsert {
  readonly external_ids?: MapInput<string, string> | undefined;
  readonly name?: string | undefined;
  readonly output_port?: Reference | null | undefined;
  readonly output_vlan?: number | null | undefined;
  readonly select_all?: boolean | undefined;
  readonly select_dst_port?: SetInput<Reference> | undefined;
  readonly select_src_port?: SetInput<Reference> | undefined;
  readonly select_vlan?: SetInput<number> | undefined;
  readonly snaplen?: number | null | undefined;
  readonly statistics?: MapInput<string, Integer> | undefined;
}

/** What an update of Mirror may set. */
export type MirrorUpdate = MirrorInsert;

/** A row of NetFlow. */
export interface NetFlowRow {
  readonly _uuid: string;
  readonly _version: string;
  /** at least -1 */
  readonly active_timeout: Integer;
  readonly add_id_to_interface: boolean;
  /** 0 to 255 */
  readonly engine_id: number | null;
  /** 0 to 255 */
  readonly engine_type: number | null;
  readonly external_ids: ReadonlyMap<string, string>;
  /** at least 1 elements */
  readonly targets: readonly string[];
}

/** What an insert into NetFlow takes. */
export interface NetFlowInsert {
  readonly active_timeout?: Integer | undefined;
  readonly add_id_to_interface?: boolean | undefined;
  readonly engine_id?: number | null | undefined;
  readonly engine_type?: number | null | undefined;
  readonly external_ids?: MapInput<string, string> | undefined;
  readonly targets?: SetInput<string> | undefined;
}

/** What an update of NetFlow may set. */
export type NetFlowUpdate = NetFlowInsert;

/** A row of Open_vSwitch. */
export interface OpenVSwitchRow {
  readonly _uuid: string;
  readonly _version: string;
  /** reference to Bridge */
  readonly bridges: readonly string[];
  readonly cur_cfg: Integer;
  readonly datapath_types: readonly string[];
  /** value: reference to Datapath */
  readonly datapaths: ReadonlyMap<string, string>;
  readonly db_version: string | null;
  readonly dpdk_initialized: boolean;
  readonly dpdk_version: string | null;
  readonly external_ids: ReadonlyMap<string, string>;
  readonly iface_types: readonly string[];
  /** reference to Manager */
  readonly manager_options: readonly string[];
  readonly next_cfg: Integer;
  readonly other_config: ReadonlyMap<string, string>;
  readonly ovs_version: string | null;
  /** reference to SSL */
  readonly ssl: string | null;
  /** ephemeral */
  readonly statistics: ReadonlyMap<string, string>;
  readonly system_type: string | null;
  readonly system_version: string | null;
}

/** What an insert into Open_vSwitch takes. */
export interface OpenVSwitchInsert {
  readonly bridges?: SetInput<Reference> | undefined;
  readonly cur_cfg?: Integer | undefined;
  readonly datapath_types?: SetInput<string> | undefined;
  readonly datapaths?: MapInput<string, Reference> | undefined;
  readonly db_version?: string | null | undefined;
  readonly dpdk_initialized?: boolean | undefined;
  readonly dpdk_version?: string | null | undefined;
  readonly external_ids?: MapInput<string, string> | undefined;
  readonly iface_types?: SetInput<string> | undefined;
  readonly manager_options?: SetInput<Reference> | undefined;
  readonly next_cfg?: Integer | undefined;
  readonly other_config?: MapInput<string, string> | undefined;
  readonly ovs_version?: string | null | undefined;
  readonly ssl?: Reference | null | undefined;
  readonly statistics?: MapInput<string, string> | undefined;
  readonly system_type?: string | null | undefined;
  readonly system_version?: string | null | undefined;
}

/** What an update of Open_vSwitch may set. */
export type OpenVSwitchUpdate = OpenVSwitchInsert;

export type PortBondMode = 'active-backup' | 'balance-slb' | 'balance-tcp';
export type PortLacp = 'active' | 'off' | 'passive';
export type PortVlanMode = 'access' | 'dot1q-tunnel' | 'native-tagged' | 'native-untagged' | 'trunk';

/** A row of Port. */
export interface PortRow {
  readonly _uuid: string;
  readonly _version: string;
  readonly bond_active_slave: string | null;
  readonly bond_downdelay: Integer;
  readonly bond_fake_iface: boolean;
  readonly bond_mode: PortBondMode | null;
  readonly bond_updelay: Integer;
  /** 0 to 4095; at most 4096 elements */
  readonly cvlans: readonly number[];
  readonly external_ids: ReadonlyMap<string, string>;
  readonly fake_bridge: boolean;
  /** reference to Interface; at least 1 elements */
  readonly interfaces: readonly string[];
  readonly lacp: PortLacp | null;
  readonly mac: string | null;
  /** immutable */
  readonly name: string;
  readonly other_config: ReadonlyMap<string, string>;
  readonly protected: boolean;
  /** reference to QoS */
  readonly qos: string | null;
  /** ephemeral */
  readonly rstp_statistics: ReadonlyMap<string, Integer>;
  /** ephemeral */
  readonly rstp_status: ReadonlyMap<string, string>;
  /** ephemeral */
  readonly statistics: ReadonlyMap<string, Integer>;
  /** ephemeral */
  readonly status: ReadonlyMap<string, string>;
  /** 0 to 4095 */
  readonly tag: number | null;
  /** 0 to 4095; at most 4096 elements */
  readonly trunks: readonly number[];
  readonly vlan_mode: PortVlanMode | null;
}

/** What an insert into Port takes. */
export interface PortInsert {
  readonly bond_active_slave?: string | null | undefined;
  readonly bond_downdelay?: Integer | undefined;
  readonly bond_fake_iface?: boolean | undefined;
  readonly bond_mode?: PortBondMode | null | undefined;
  readonly bond_updelay?: Integer | undefined;
  readonly cvlans?: SetInput<number> | undefined;
  readonly external_ids?: MapInput<string, string> | undefined;
  readonly fake_bridge?: boolean | undefined;
  readonly interfaces: SetInput<Reference>;
  readonly lacp?: PortLacp | null | undefined;
  readonly mac?: string | null | undefined;
  readonly name?: string | undefined;
  readonly other_config?: MapInput<string, string> | undefined;
  readonly protected?: boolean | undefined;
  readonly qos?: Reference | null | undefined;
  readonly rstp_statistics?: MapInput<string, Integer> | undefined;
  readonly rstp_status?: MapInput<string, string> | undefined;
  readonly statistics?: MapInput<string, Integer> | undefined;
  readonly status?: MapInput<string, string> | undefined;
  readonly tag?: number | null | undefined;
  readonly trunks?: SetInput<number> | undefined;
  readonly vlan_mode?: PortVlanMode | null | undefined;
}

/** What an update of Port may set. */
export type PortUpdate = Partial<Omit<PortInsert, 'name'>>;

/** A row of QoS. */
export interface QoSRow {
  readonly _uuid: string;
  readonly _version: string;
  readonly external_ids: ReadonlyMap<string, string>;
  readonly other_config: ReadonlyMap<string, string>;
  /** key: 0 to 4294967295; value: reference to Queue */
  readonly queues: ReadonlyMap<number, string>;
  readonly type: string;
}

/** What an insert into QoS takes. */
export interface QoSInsert {
  readonly external_ids?: MapInput<string, string> | undefined;
  readonly other_config?: MapInput<string, string> | undefined;
  readonly queues?: MapInput<number, Reference> | undefined;
  readonly type?: string | undefined;
}

/** What an update of QoS may set. */
export type QoSUpdate = QoSInsert;

/** A row of Queue. */
export interface QueueRow {
  readonly _uuid: string;
  readonly _version: string;
  /** 0 to 63 */
  readonly dscp: number | null;
  readonly external_ids: ReadonlyMap<string, string>;
  readonly other_config: ReadonlyMap<string, string>;
}

/** What an insert into Queue takes. */
export interface QueueInsert {
  readonly dscp?: number | null | undefined;
  readonly external_ids?: MapInput<string, string> | undefined;
  readonly other_config?: MapInput<string, string> | undefined;
}

/** What an update of Queue may set. */
export type QueueUpdate = QueueInsert;

/** A row of SSL. */
export interface SSLRow {
  readonly _uuid: string;
  readonly _version: string;
  readonly bootstrap_ca_cert: boolean;
  readonly ca_cert: string;
  readonly certificate: string;
  readonly external_ids: ReadonlyMap<string, string>;
  readonly private_key: string;
}

/** What an insert into SSL takes. */
export interface SSLInsert {
  readonly bootstrap_ca_cert?: boolean | undefined;
  readonly ca_cert?: string | undefined;
  readonly certificate?: string | undefined;
  readonly external_ids?: MapInput<string, string> | undefined;
  readonly private_key?: string | undefined;
}

/** What an update of SSL may set. */
export type SSLUpdate = SSLInsert;

/** A row of sFlow. */
export interface SFlowRow {
  readonly _uuid: string;
  readonly _version: string;
  readonly agent: string | null;
  readonly external_ids: ReadonlyMap<string, string>;
  readonly header: Integer | null;
  readonly polling: Integer | null;
  readonly sampling: Integer | null;
  /** at least 1 elements */
  readonly targets: readonly string[];
}

/** What an insert into sFlow takes. */
export interface SFlowInsert {
  readonly agent?: string | null | undefined;
  readonly external_ids?: MapInput<string, string> | undefined;
  readonly header?: Integer | null | undefined;
  readonly polling?: Integer | null | undefined;
  readonly sampling?: Integer | null | undefined;
  readonly targets?: SetInput<string> | undefined;
}

/** What an update of sFlow may set. */
export type SFlowUpdate = SFlowInsert;

/** The types of every table of Open_vSwitch. */
export interface OpenVSwitchTables {
  readonly AutoAttach: {
    readonly row: AutoAttachRow;
    readonly insert: AutoAttachInsert;
    readonly update: AutoAttachUpdate;
    readonly index: never;
  };
  readonly Bridge: {
    readonly row: BridgeRow;
    readonly insert: BridgeInsert;
    readonly update: BridgeUpdate;
    readonly index: 'name';
  };
  readonly CT_Timeout_Policy: {
    readonly row: CTTimeoutPolicyRow;
    readonly insert: CTTimeoutPolicyInsert;
    readonly update: CTTimeoutPolicyUpdate;
    readonly index: never;
  };
  readonly CT_Zone: {
    readonly row: CTZoneRow;
    readonly insert: CTZoneInsert;
    readonly update: CTZoneUpdate;
    readonly index: never;
  };
  readonly Controller: {
    readonly row: ControllerRow;
    readonly insert: ControllerInsert;
    readonly update: ControllerUpdate;
    readonly index: never;
  };
  readonly Datapath: {
    readonly row: DatapathRow;
    readonly insert: DatapathInsert;
    readonly update: DatapathUpdate;
    readonly index: never;
  };
  readonly Flow_Sample_Collector_Set: {
    readonly row: FlowSampleCollectorSetRow;
    readonly insert: FlowSampleCollectorSetInsert;
    readonly update: FlowSampleCollectorSetUpdate;
    readonly index: never;
  };
  readonly Flow_Table: {
    readonly row: FlowTableRow;
    readonly insert: FlowTableInsert;
    readonly update: FlowTableUpdate;
    readonly index: never;
  };
  readonly IPFIX: {
    readonly row: IPFIXRow;
    readonly insert: IPFIXInsert;
    readonly update: IPFIXUpdate;
    readonly index: never;
  };
  readonly Interface: {
    readonly row: InterfaceRow;
    readonly insert: InterfaceInsert;
    readonly update: InterfaceUpdate;
    readonly index: 'name';
  };
  readonly Manager: {
    readonly row: ManagerRow;
    readonly insert: ManagerInsert;
    readonly update: ManagerUpdate;
    readonly index: 'target';
  };
  readonly Mirror: {
    readonly row: MirrorRow;
    readonly insert: MirrorInsert;
    readonly update: MirrorUpdate;
    readonly index: never;
  };
  readonly NetFlow: {
    readonly row: NetFlowRow;
    readonly insert: NetFlowInsert;
    readonly update: NetFlowUpdate;
    readonly index: never;
  };
  readonly Open_vSwitch: {
    readonly row: OpenVSwitchRow;
    readonly insert: OpenVSwitchInsert;
    readonly update: OpenVSwitchUpdate;
    readonly index: never;
  };
  readonly Port: {
    readonly row: PortRow;
    readonly insert: PortInsert;
    readonly update: PortUpdate;
    readonly index: 'name';
  };
  readonly QoS: {
    readonly row: QoSRow;
    readonly insert: QoSInsert;
    readonly update: QoSUpdate;
    readonly index: never;
  };
  readonly Queue: {
    readonly row: QueueRow;
    readonly insert: QueueInsert;
    readonly update: QueueUpdate;
    readonly index: never;
  };
  readonly SSL: {
    readonly row: SSLRow;
    readonly insert: SSLInsert;
    readonly update: SSLUpdate;
    readonly index: never;
  };
  readonly sFlow: {
    readonly row: SFlowRow;
    readonly insert: SFlowInsert;
    readonly update: SFlowUpdate;
    readonly index: never;
  };
}

/** The database Open_vSwitch, typed: builds its operations, runs and monitors them on a client. */
export const openVSwitch = defineDatabase<OpenVSwitchTables>({
  name: 'Open_vSwitch',
  version: '8.3.1',
  tables: {
    AutoAttach: ['mappings', 'system_description', 'system_name'],
    Bridge: [
      'auto_attach',
      'controller',
      'datapath_id',
      'datapath_type',
      'datapath_version',
      'external_ids',
      'fail_mode',
      'flood_vlans',
      'flow_tables',
      'ipfix',
      'mcast_snooping_enable',
      'mirrors',
      'name',
      'netflow',
      'other_config',
      'ports',
      'protocols',
      'rstp_enable',
      'rstp_status',
      'sflow',
      'status',
      'stp_enable',
    ],
    CT_Timeout_Policy: ['external_ids', 'timeouts'],
    CT_Zone: ['external_ids', 'timeout_policy'],
    Controller: [
      'connection_mode',
      'controller_burst_limit',
      'controller_queue_size',
      'controller_rate_limit',
      'enable_async_messages',
      'external_ids',
      'inactivity_probe',
      'is_connected',
      'local_gateway',
      'local_ip',
      'local_netmask',
      'max_backoff',
      'other_config',
      'role',
      'status',
      'target',
      'type',
    ],
    Datapath: ['capabilities', 'ct_zones', 'datapath_version', 'external_ids'],
    Flow_Sample_Collector_Set: ['bridge', 'external_ids', 'id', 'ipfix'],
    Flow_Table: ['external_ids', 'flow_limit', 'groups', 'name', 'overflow_policy', 'prefixes'],
    IPFIX: [
      'cache_active_timeout',
      'cache_max_flows',
      'external_ids',
      'obs_domain_id',
      'obs_point_id',
      'other_config',
      'sampling',
      'targets',
    ],
    Interface: [
      'admin_state',
      'bfd',
      'bfd_status',
      'cfm_fault',
      'cfm_fault_status',
      'cfm_flap_count',
      'cfm_health',
      'cfm_mpid',
      'cfm_remote_mpids',
      'cfm_remote_opstate',
      'duplex',
      'error',
      'external_ids',
      'ifindex',
      'ingress_policing_burst',
      'ingress_policing_kpkts_burst',
      'ingress_policing_kpkts_rate',
      'ingress_policing_rate',
      'lacp_current',
      'link_resets',
      'link_speed',
      'link_state',
      'lldp',
      'mac',
      'mac_in_use',
      'mtu',
      'mtu_request',
      'name',
      'ofport',
      'ofport_request',
      'options',
      'other_config',
      'statistics',
      'status',
      'type',
    ],
    Manager: [
      'connection_mode',
      'external_ids',
      'inactivity_probe',
      'is_connected',
      'max_backoff',
      'other_config',
      'status',
      'target',
    ],
    Mirror: [
      'external_ids',
      'name',
      'output_port',
      'output_vlan',
      'select_all',
      'select_dst_port',
      'select_src_port',
      'select_vlan',
      'snaplen',
      'statistics',
    ],
    NetFlow: ['active_timeout', 'add_id_to_interface', 'engine_id', 'engine_type', 'external_ids', 'targets'],
    Open_vSwitch: [
      'bridges',
      'cur_cfg',
      'datapath_types',
      'datapaths',
      'db_version',
      'dpdk_initialized',
      'dpdk_version',
      'external_ids',
      'iface_types',
      'manager_options',
      'next_cfg',
      'other_config',
      'ovs_version',
      'ssl',
      'statistics',
      'system_type',
      'system_version',
    ],
    Port: [
      'bond_active_slave',
      'bond_downdelay',
      'bond_fake_iface',
      'bond_mode',
      'bond_updelay',
      'cvlans',
      'external_ids',
      'fake_bridge',
      'interfaces',
      'lacp',
      'mac',
      'name',
      'other_config',
      'protected',
      'qos',
      'rstp_statistics',
      'rstp_status',
      'statistics',
      'status',
      'tag',
      'trunks',
      'vlan_mode',
    ],
    QoS: ['external_ids', 'other_config', 'queues', 'type'],
    Queue: ['dscp', 'external_ids', 'other_config'],
    SSL: ['bootstrap_ca_cert', 'ca_cert', 'certificate', 'external_ids', 'private_key'],
    sFlow: ['agent', 'external_ids', 'header', 'polling', 'sampling', 'targets'],
  },
});
