import { InvalidArgumentError } from '../base/errors.js';
import { checkList } from '../base/options.js';
import { NoPortError } from './errors.js';
import { ServicesTransaction } from './services-transaction.js';
import * as vsctl from './switch/index.js';
import {
  type AddBondOptions,
  type AddBridgeOptions,
  type AddPortOptions,
  checkAddBond,
  checkAddBridge,
  checkAddPort,
  checkDeleteBondInterface,
  checkDeletePort,
  checkIfExists,
  checkMayExist,
  checkSetInterface,
  type DeletePortOptions,
  type IfExists,
  type MayExist,
  type SetInterfaceOptions,
} from './transaction-options.js';

/**
 * Changes to a switch: all that ovs-vsctl(8) can say, each method a command, and each sees what those before it did.
 * Nothing is sent before the whole function has run. What is refused is refused in ovs-vsctl's words.
 *
 * Each method reads just what it hangs on, by the replica's indexes or by `select`, and changes just what changes. Where
 * the outcome depends on what was read, a `wait` makes the transaction fail, and be built anew, if that is no longer true.
 */
export class SwitchTransaction extends ServicesTransaction {
  /**
   * Adds a bridge with its internal port. Equivalent to `ovs-vsctl [--may-exist] add-br NAME [PARENT VLAN]`.
   *
   * @throws {NameTakenError} when a bridge (unless `mayExist`), port or interface has the name.
   */
  addBridge(name: string, options: AddBridgeOptions = {}): void {
    checkName('bridge', name);
    checkAddBridge('addBridge', options);
    const row = vsctl.addBridge(this.draft, name, options);
    if (!row) return;
    if (options.datapathType !== undefined && !options.fake) this.set(row, { datapath_type: options.datapathType });
    for (const [key, value] of Object.entries(options.externalIds ?? {})) this.setExternalId(name, key, value);
  }

  /**
   * Deletes a bridge, its ports and its fake bridges. Equivalent to `ovs-vsctl [--if-exists] del-br NAME`.
   *
   * @throws {NoBridgeError} unless `ifExists`.
   */
  deleteBridge(name: string, options: IfExists = {}): void {
    checkIfExists('deleteBridge', options);
    vsctl.deleteBridge(this.draft, name, options);
  }

  /** Equivalent to `ovs-vsctl br-exists NAME`. */
  bridgeExists(name: string): boolean {
    return vsctl.findBridge(this.draft, name) !== undefined;
  }

  /** The names of all bridges, fake ones too. Equivalent to `ovs-vsctl list-br`. */
  bridges(): string[] {
    return [...vsctl.realBridges(this.draft), ...vsctl.fakeBridges(this.draft)].map(({ name }) => name).sort();
  }

  /** A fake bridge's parent and VLAN; a real bridge is its own parent. Equivalent to `br-to-parent` and `br-to-vlan`. */
  bridgeParent(name: string): { parent: string; vlan: number } {
    const bridge = vsctl.getBridge(this.draft, name);
    return { parent: bridge.parent?.name ?? name, vlan: bridge.vlan };
  }

  /**
   * Adds a port with one interface of the same name. Equivalent to `ovs-vsctl [--may-exist] add-port BRIDGE PORT`.
   *
   * A device of the kernel has a name of 15 bytes at most. A longer one is refused where `interface.type` says that it is such a
   * device; without a type it is taken, as by ovs-vsctl: the type may be set later, and if it isn't, `waitForInterface` ends with
   * what ovs-vswitchd says.
   *
   * @throws {InvalidArgumentError} for such a name.
   * @throws {NoBridgeError} when there is no such bridge.
   * @throws {PortOnOtherBridgeError} with `mayExist`, when the port is on another bridge.
   * @throws {NameTakenError} when a bridge, port or interface has the name.
   */
  addPort(bridge: string, port: string, options: AddPortOptions = {}): void {
    checkName('port', port);
    checkAddPort('addPort', options);
    checkDevice(port, options.interface?.type);
    const command = `${options.mayExist ? '--may-exist ' : ''}add-port ${bridge} ${port}`;
    this.#addPort({ bridge, port, interfaces: [port], mayExist: options.mayExist, command }, options);
  }

  /**
   * Adds a port of several interfaces. Equivalent to `ovs-vsctl [--may-exist] [--fake-iface] add-bond BRIDGE PORT IFACE...`.
   *
   * @throws as {@link addPort}.
   */
  addBond(bridge: string, port: string, interfaces: readonly string[], options: AddBondOptions = {}): void {
    checkName('port', port);
    checkAddBond('addBond', options);
    checkList('addBond', 'interfaces', interfaces);
    if (interfaces.length < 2) throw new InvalidArgumentError(`bond ${port} needs two interfaces at least`);
    const { mayExist, fakeInterface } = options;
    const command = `${mayExist ? '--may-exist ' : ''}add-bond ${bridge} ${port} ${interfaces.join(' ')}`;
    this.#addPort({ bridge, port, interfaces, mayExist, fakeInterface, command }, options);
  }

  #addPort(request: vsctl.AddPortRequest, options: AddPortOptions): void {
    vsctl.addPort(this.draft, request, (port, interfaces) => {
      if (options.tag !== undefined) this.draft.set(port, 'tag', options.tag);
      if (options.externalIds) this.draft.set(port, 'external_ids', new Map(Object.entries(options.externalIds)));
      if (options.columns) this.set(port, options.columns);
      const wanted = options.interface;
      if (!wanted) return;
      for (const row of interfaces) {
        if (wanted.type !== undefined) this.draft.set(row, 'type', wanted.type);
        if (wanted.mtuRequest !== undefined) this.draft.set(row, 'mtu_request', wanted.mtuRequest);
        if (wanted.options) this.draft.set(row, 'options', new Map(Object.entries(wanted.options)));
        if (wanted.externalIds) this.draft.set(row, 'external_ids', new Map(Object.entries(wanted.externalIds)));
      }
    });
  }

  /**
   * Deletes a port. Equivalent to `ovs-vsctl [--if-exists] [--with-iface] del-port [BRIDGE] PORT`.
   *
   * @throws {NoPortError} unless `ifExists`; {@link PortOnOtherBridgeError} when the port is not on the bridge named.
   */
  deletePort(port: string, options: DeletePortOptions = {}): void {
    checkDeletePort('deletePort', options);
    vsctl.deletePort(this.draft, { target: port, ...options });
  }

  /** Equivalent to `ovs-vsctl [--may-exist] add-bond-iface BOND IFACE`. */
  addBondInterface(bond: string, name: string, options: MayExist = {}): void {
    checkMayExist('addBondInterface', options);
    const command = `${options.mayExist ? '--may-exist ' : ''}add-bond-iface ${bond} ${name}`;
    vsctl.addBondInterface(this.draft, bond, name, { ...options, command });
  }

  /** Equivalent to `ovs-vsctl [--if-exists] del-bond-iface [BOND] IFACE`. */
  deleteBondInterface(name: string, options: IfExists & { bond?: string | undefined } = {}): void {
    checkDeleteBondInterface('deleteBondInterface', options);
    vsctl.deleteBondInterface(this.draft, name, options);
  }

  /** The names of a bridge's ports without its own. Equivalent to `ovs-vsctl list-ports BRIDGE`; its cost grows with them. */
  ports(bridge: string): string[] {
    return vsctl.portNames(this.draft, vsctl.getBridge(this.draft, bridge)).sort();
  }

  /** The names of the interfaces of a bridge's ports without its own. Equivalent to `ovs-vsctl list-ifaces BRIDGE`. */
  interfaces(bridge: string): string[] {
    return vsctl.interfaceNames(this.draft, vsctl.getBridge(this.draft, bridge)).sort();
  }

  /** Equivalent to `ovs-vsctl port-to-br PORT`. */
  bridgeOfPort(port: string): string {
    return vsctl.getPort(this.draft, port).bridge.name;
  }

  /** Equivalent to `ovs-vsctl iface-to-br IFACE`. */
  bridgeOfInterface(name: string): string {
    return vsctl.getInterface(this.draft, name).port.bridge.name;
  }

  /**
   * Sets columns of an interface; keys of maps that are not named keep their values.
   * Equivalent to `ovs-vsctl set Interface NAME type=... external_ids:KEY=... mtu_request=...`, and for `null` to
   * `ovs-vsctl remove Interface NAME external_ids KEY`.
   *
   * @throws {NoPortError} when there is no interface of that name.
   */
  setInterface(name: string, options: SetInterfaceOptions): void {
    checkSetInterface('setInterface', options);
    // A row whose bridge this transaction deletes is still there, and goes with the commit.
    const row = vsctl.findAnyInterface(this.draft, name)?.row;
    if (!row) throw new NoPortError(name);
    if (options.type !== undefined) this.draft.set(row, 'type', options.type);
    if (options.mtuRequest !== undefined) this.draft.set(row, 'mtu_request', options.mtuRequest);
    for (const [column, pairs] of [
      ['options', options.options],
      ['external_ids', options.externalIds],
    ] as const) {
      const [gone, kept] = [[] as string[], new Map<string, string>()];
      for (const [key, value] of Object.entries(pairs ?? {})) {
        if (value === null) gone.push(key);
        else kept.set(key, value);
      }
      if (gone.length > 0) this.remove(row, column, gone);
      if (kept.size > 0) this.add(row, column, kept);
    }
  }

  /** A bridge's external ids. Equivalent to `ovs-vsctl br-get-external-id BRIDGE`. */
  externalIds(bridge: string): ReadonlyMap<string, string> {
    return vsctl.getExternalIds(this.draft, vsctl.getBridge(this.draft, bridge));
  }

  /** Equivalent to `ovs-vsctl br-set-external-id BRIDGE KEY [VALUE]`; without a value the key is removed. */
  setExternalId(bridge: string, key: string, value: string | undefined): void {
    vsctl.setExternalId(this.draft, vsctl.getBridge(this.draft, bridge), key, value);
  }

  /**
   * Has ovs-vswitchd look at the switch again, and try anew what it could not open, though nothing may change: raises
   * `next_cfg`. Equivalent to `ovs-vsctl set Open_vSwitch . next_cfg=N`.
   */
  touch(): void {
    this.draft.touch();
  }
}

/** The kernel's IFNAMSIZ without the closing NUL. */
const MAX_DEVICE_NAME = 15;
const DEVICE_TYPES = ['system', 'internal', 'tap'];

/** Patches and tunnels may have longer names; a type that is not told may yet be set, as it is on a line of ovs-vsctl. */
function checkDevice(name: string, type: string | undefined): void {
  if (type === undefined || !DEVICE_TYPES.includes(type)) return;
  const bytes = Buffer.byteLength(name);
  if (bytes <= MAX_DEVICE_NAME) return;
  const most = `the name of a device (type ${type}) has ${MAX_DEVICE_NAME} at most`;
  throw new InvalidArgumentError(`addPort: ${name} has ${bytes} bytes; ${most}`);
}

function checkName(what: string, name: unknown): void {
  if (typeof name !== 'string' || name === '') throw new InvalidArgumentError(`a ${what}'s name must not be empty`);
}
