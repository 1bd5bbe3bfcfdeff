import * as vsctl from './switch/index.js';
import { TableTransaction } from './table-transaction.js';
import { checkIfExists, checkMayExist, checkTargets, type IfExists, type MayExist } from './transaction-options.js';

/** What ovs-vsctl(8) can say about a switch besides its bridges and ports: controllers, mirrors, QoS, exporters, zones. */
export class ServicesTransaction extends TableTransaction {
  /** Equivalent to `ovs-vsctl get-controller BRIDGE`. */
  controllers(bridge: string): string[] {
    const { row } = vsctl.getBridge(this.draft, bridge);
    return vsctl.targetsOf(this.draft, vsctl.controllersOf(row)).sort();
  }

  /** Equivalent to `ovs-vsctl set-controller BRIDGE TARGET...`; none is `del-controller`. `inactivityProbe` in milliseconds. */
  setControllers(
    bridge: string,
    targets: readonly string[],
    options: { inactivityProbe?: number | undefined } = {},
  ): void {
    checkTargets('setControllers', options);
    const { row } = vsctl.getRealBridge(this.draft, bridge);
    vsctl.setTargets(this.draft, vsctl.controllersOf(row), targets, options.inactivityProbe);
  }

  /** Equivalent to `ovs-vsctl get-manager`. */
  managers(): string[] {
    return vsctl.targetsOf(this.draft, vsctl.managersOf(this.draft)).sort();
  }

  /** Equivalent to `ovs-vsctl set-manager TARGET...`; none is `del-manager`. `inactivityProbe` in milliseconds. */
  setManagers(targets: readonly string[], options: { inactivityProbe?: number | undefined } = {}): void {
    checkTargets('setManagers', options);
    vsctl.setTargets(this.draft, vsctl.managersOf(this.draft), targets, options.inactivityProbe);
  }

  /** Equivalent to `ovs-vsctl get-fail-mode BRIDGE`. */
  failMode(bridge: string): string | undefined {
    return vsctl.getFailMode(this.draft, bridge);
  }

  /** Equivalent to `ovs-vsctl set-fail-mode BRIDGE MODE`; `undefined` is `del-fail-mode`. */
  setFailMode(bridge: string, mode: 'standalone' | 'secure' | undefined): void {
    vsctl.setFailMode(this.draft, bridge, mode);
  }

  /** Equivalent to `ovs-vsctl get-ssl`. */
  ssl(): vsctl.SslFiles | undefined {
    return vsctl.getSsl(this.draft);
  }

  /** Equivalent to `ovs-vsctl [--bootstrap] set-ssl KEY CERTIFICATE CA`; `undefined` is `del-ssl`. */
  setSsl(files: vsctl.SslFiles | undefined): void {
    if (files) vsctl.checkSsl('setSsl', files);
    vsctl.setSsl(this.draft, files);
  }

  /** I-SIDs and their VLANs. Equivalent to `ovs-vsctl get-aa-mapping BRIDGE`. */
  mappings(bridge: string): ReadonlyMap<number, number> {
    return vsctl.mappingsOf(this.draft, bridge);
  }

  /** Equivalent to `ovs-vsctl add-aa-mapping BRIDGE I-SID VLAN`. */
  addMapping(bridge: string, isid: number, vlan: number): void {
    vsctl.addMapping(this.draft, bridge, isid, vlan);
  }

  /** Equivalent to `ovs-vsctl del-aa-mapping BRIDGE I-SID VLAN`. */
  deleteMapping(bridge: string, isid: number, vlan: number): void {
    vsctl.deleteMapping(this.draft, bridge, isid, vlan);
  }

  /** Equivalent to `ovs-vsctl emer-reset`. */
  emergencyReset(): void {
    vsctl.emergencyReset(this.draft);
  }

  /**
   * Gives a conntrack zone timeouts, in seconds by the keys of CT_Timeout_Policy.
   * Equivalent to `ovs-vsctl [--may-exist] add-zone-tp DATAPATH zone=ZONE KEY=SECONDS...`.
   */
  addZonePolicy(
    datapath: string,
    zone: number,
    timeouts: Readonly<Record<string, number>>,
    options: MayExist = {},
  ): void {
    checkMayExist('addZonePolicy', options);
    vsctl.addZonePolicy(this.draft, datapath, zone, Object.entries(timeouts), options);
  }

  /** Equivalent to `ovs-vsctl [--if-exists] del-zone-tp DATAPATH zone=ZONE`. */
  deleteZonePolicy(datapath: string, zone: number, options: IfExists = {}): void {
    checkIfExists('deleteZonePolicy', options);
    vsctl.deleteZonePolicy(this.draft, datapath, zone, options);
  }

  /** Each zone's timeouts; `undefined` for a zone without a policy. Equivalent to `ovs-vsctl list-zone-tp DATAPATH`. */
  zonePolicies(datapath: string): Map<number, ReadonlyMap<string, number> | undefined> {
    return new Map(vsctl.zonePolicies(this.draft, datapath));
  }

  /** Equivalent to `ovs-vsctl list-dp-cap DATAPATH`. */
  capabilities(datapath: string): ReadonlyMap<string, string> {
    return vsctl.capabilitiesOf(this.draft, datapath);
  }

  /** The names of a bridge's mirrors. */
  mirrors(bridge: string): string[] {
    return vsctl.mirrorNames(this.draft, bridge).sort();
  }

  /**
   * Adds a mirror. Equivalent to `ovs-vsctl -- --id=@m create Mirror name=NAME ... -- add Bridge BRIDGE mirrors @m`.
   *
   * @throws {NameTakenError}; {@link RefusedError} when a port that it names is not on the bridge.
   */
  addMirror(bridge: string, name: string, options: vsctl.MirrorOptions): void {
    vsctl.checkMirror('addMirror', options);
    vsctl.addMirror(this.draft, bridge, name, options);
  }

  /** Equivalent to `ovs-vsctl -- --id=@m get Mirror NAME -- remove Bridge BRIDGE mirrors @m`. */
  deleteMirror(bridge: string, name: string, options: IfExists = {}): void {
    checkIfExists('deleteMirror', options);
    vsctl.deleteMirror(this.draft, bridge, name, options.ifExists);
  }

  /**
   * Gives a port QoS and queues of its own in the place of what it had; `undefined` takes them away.
   * Equivalent to `ovs-vsctl set Port NAME qos=@q -- --id=@q create QoS ... -- --id=@0 create Queue ...`.
   */
  setQos(port: string, options: vsctl.QosOptions | undefined): void {
    if (options) vsctl.checkQos('setQos', options);
    vsctl.setQos(this.draft, port, options);
  }

  /** Equivalent to `ovs-vsctl -- set Bridge NAME netflow=@n -- --id=@n create NetFlow ...`; `undefined` to `clear`. */
  setNetFlow(bridge: string, options: vsctl.NetFlowOptions | undefined): void {
    if (options) vsctl.checkNetFlow('setNetFlow', options);
    vsctl.setNetFlow(this.draft, bridge, options);
  }

  /** Equivalent to `ovs-vsctl -- set Bridge NAME sflow=@s -- --id=@s create sFlow ...`; `undefined` to `clear`. */
  setSflow(bridge: string, options: vsctl.SflowOptions | undefined): void {
    if (options) vsctl.checkSflow('setSflow', options);
    vsctl.setSflow(this.draft, bridge, options);
  }

  /** Equivalent to `ovs-vsctl -- set Bridge NAME ipfix=@i -- --id=@i create IPFIX ...`; `undefined` to `clear`. */
  setIpfix(bridge: string, options: vsctl.IpfixOptions | undefined): void {
    if (options) vsctl.checkIpfix('setIpfix', options);
    vsctl.setIpfix(this.draft, bridge, options);
  }
}
