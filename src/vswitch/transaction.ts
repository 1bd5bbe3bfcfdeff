import { InvalidArgumentError } from '../base/errors.js';
import {
  insert,
  type Mutation,
  mutate,
  NamedUuid,
  type Operation,
  type RowInput,
  update,
  wait,
} from '../ovsdb/index.js';
import { NameTakenError, NoBridgeError, NoPortError, PortOnOtherBridgeError } from './errors.js';
import type { BridgeRow, PortRow, SwitchTables } from './rows.js';

type StringRecord = { readonly [key: string]: string };
type NullableRecord = { readonly [key: string]: string | null };

export interface AddBridgeOptions {
  /** Leaves a bridge of that name as it is, rather than failing. */
  mayExist?: boolean | undefined;
  /** `system` (the default) for the kernel's datapath, `netdev` for the userspace one. */
  datapathType?: string | undefined;
  externalIds?: StringRecord | undefined;
}

/** Columns of Interface that can be set; see ovs-vswitchd.conf.db(5). */
export interface InterfaceOptions {
  /** `system` when left out; `internal`, `dpdkvhostuser`, `vxlan`, ... */
  type?: string | undefined;
  options?: StringRecord | undefined;
  externalIds?: StringRecord | undefined;
  /** Bytes. */
  mtuRequest?: number | undefined;
}

/** Columns of an Interface that is there. A key of a map that is `null` is taken away, as is the MTU. */
export interface SetInterfaceOptions {
  type?: string | undefined;
  options?: NullableRecord | undefined;
  externalIds?: NullableRecord | undefined;
  /** Bytes. */
  mtuRequest?: number | null | undefined;
}

export interface AddPortOptions {
  /** Leaves a port of that name on that bridge as it is, rather than failing. */
  mayExist?: boolean | undefined;
  /** VLAN of an access port, 0 to 4095. */
  tag?: number | undefined;
  externalIds?: StringRecord | undefined;
  interface?: InterfaceOptions | undefined;
}

/** A row that is in the database, or that this transaction inserts. */
type Reference = string | NamedUuid;

/**
 * Collects changes to a switch; nothing is sent before `Ovs.transact` has run the whole function.
 *
 * Each method reads the warm replica, adds operations that touch just what changes, and, where the outcome depends on
 * what was read, a `wait` that makes the transaction fail (and be built anew) when that is no longer true.
 */
export class SwitchTransaction {
  readonly #tables: SwitchTables;
  readonly #rootUuid: string;
  readonly #checks: Operation[] = [];
  readonly #checked = new Set<string>();
  readonly #operations: Operation[] = [];
  /** What this transaction itself has added and deleted, by name. */
  readonly #addedBridges = new Map<string, NamedUuid>();
  readonly #addedPorts = new Map<string, string>();
  readonly #deletedPorts = new Set<string>();
  #nextName = 0;

  /** Programs get one from `Ovs.transact`. */
  constructor(tables: SwitchTables, rootUuid: string) {
    this.#tables = tables;
    this.#rootUuid = rootUuid;
  }

  /** Checks of what was read, to be sent first. */
  get checks(): readonly Operation[] {
    return this.#checks;
  }

  /** The changes. */
  get operations(): readonly Operation[] {
    return this.#operations;
  }

  /**
   * Adds a bridge with its internal port. Equivalent to `ovs-vsctl [--may-exist] add-br NAME`.
   *
   * @throws {NameTakenError} when a bridge (unless `mayExist`), port or interface has the name.
   */
  addBridge(name: string, options: AddBridgeOptions = {}): void {
    checkName('bridge', name);
    if (this.#bridge(name)) {
      if (options.mayExist) return;
      throw new NameTakenError(`a bridge named ${name} exists already`);
    }
    this.#checkFree(name);
    const port = this.#insertPort(name, {}, { type: 'internal' });
    const bridge = this.#insert('Bridge', {
      name,
      ports: [port],
      datapath_type: options.datapathType,
      external_ids: options.externalIds,
    });
    this.#mutate('Open_vSwitch', this.#rootUuid, [['bridges', 'insert', [bridge]]]);
    this.#addedBridges.set(name, bridge);
    this.#addedPorts.set(name, name);
  }

  /**
   * Deletes a bridge and all its ports. Equivalent to `ovs-vsctl [--if-exists] del-br NAME`.
   *
   * @throws {NoBridgeError} unless `ifExists`.
   */
  deleteBridge(name: string, options: { ifExists?: boolean | undefined } = {}): void {
    const row = this.#tables.bridge(name);
    if (!row || this.#addedBridges.has(name)) {
      if (this.#addedBridges.has(name)) {
        throw new InvalidArgumentError(
          `bridge ${name} is added by the same transaction; leave the addition out instead`,
        );
      }
      if (options.ifExists) return;
      throw new NoBridgeError(name);
    }
    this.#expectBridge(row);
    this.#mutate('Open_vSwitch', this.#rootUuid, [['bridges', 'delete', [row._uuid]]]);
    for (const uuid of row.ports) {
      const port = this.#tables.ports.get(uuid);
      if (port) this.#deletedPorts.add(port.name);
    }
  }

  /**
   * Adds a port with one interface of the same name, by a `mutate` of the bridge's ports.
   * Equivalent to `ovs-vsctl [--may-exist] add-port BRIDGE PORT`.
   *
   * @throws {NoBridgeError} when there is no such bridge.
   * @throws {PortOnOtherBridgeError} when the port is on another bridge.
   * @throws {NameTakenError} when the port is there (unless `mayExist`), or an interface of another port has the name.
   */
  addPort(bridge: string, port: string, options: AddPortOptions = {}): void {
    checkName('port', port);
    const target = this.#bridge(bridge);
    if (!target) throw new NoBridgeError(bridge);
    const actual = this.#bridgeNameOfPort(port);
    if (actual !== undefined) {
      if (actual !== bridge) throw new PortOnOtherBridgeError(port, bridge, actual);
      if (options.mayExist) return;
      throw new NameTakenError(`a port named ${port} exists already on bridge ${bridge}`);
    }
    this.#checkFree(port);
    const row = this.#tables.bridge(bridge);
    if (row) this.#expectBridge(row);
    const inserted = this.#insertPort(
      port,
      { tag: options.tag, external_ids: options.externalIds },
      interfaceColumns(options.interface ?? {}),
    );
    this.#mutate('Bridge', target, [['ports', 'insert', [inserted]]]);
    this.#addedPorts.set(port, bridge);
  }

  /**
   * Deletes a port. Equivalent to `ovs-vsctl [--if-exists] del-port [BRIDGE] PORT`.
   *
   * @param options `bridge`: the bridge that the port must be on.
   * @throws {NoPortError} unless `ifExists`; {@link PortOnOtherBridgeError} when the port is not on the bridge named.
   */
  deletePort(port: string, options: { bridge?: string | undefined; ifExists?: boolean | undefined } = {}): void {
    const row = this.#port(port);
    const bridge = row && this.#tables.bridgeOfPort(row);
    if (!row || !bridge) {
      if (options.ifExists) return;
      throw new NoPortError(port);
    }
    if (options.bridge !== undefined && options.bridge !== bridge.name) {
      throw new PortOnOtherBridgeError(port, options.bridge, bridge.name);
    }
    if (bridge.name === port) {
      throw new InvalidArgumentError(`port ${port} is the local port of bridge ${port}; delete the bridge instead`);
    }
    this.#mutate('Bridge', bridge._uuid, [['ports', 'delete', [row._uuid]]]);
    this.#deletedPorts.add(port);
  }

  /**
   * Sets columns of an interface; keys of maps that are not named keep their values.
   * Equivalent to `ovs-vsctl set Interface NAME type=... external_ids:KEY=... mtu_request=...`, and for `null` to
   * `ovs-vsctl remove Interface NAME external_ids KEY`.
   *
   * @throws {NoPortError} when there is no interface of that name.
   */
  setInterface(name: string, options: SetInterfaceOptions): void {
    const row = this.#tables.interface(name);
    if (!row) throw new NoPortError(name);
    this.#checks.push(wait('Interface', byUuid(row._uuid), ['name'], '==', [{ name }], 0));
    const scalars = { type: options.type, mtu_request: options.mtuRequest === null ? [] : options.mtuRequest };
    if (Object.values(scalars).some((value) => value !== undefined)) {
      this.#operations.push(update('Interface', byUuid(row._uuid), scalars));
    }
    const { options: map, externalIds } = options;
    const mutations = [...mapMutations('options', map), ...mapMutations('external_ids', externalIds)];
    if (mutations.length > 0) this.#mutate('Interface', row._uuid, mutations);
  }

  #bridge(name: string): Reference | undefined {
    return this.#addedBridges.get(name) ?? this.#tables.bridge(name)?._uuid;
  }

  #port(name: string): PortRow | undefined {
    return this.#deletedPorts.has(name) ? undefined : this.#tables.port(name);
  }

  #bridgeNameOfPort(name: string): string | undefined {
    const added = this.#addedPorts.get(name);
    if (added !== undefined) return added;
    const row = this.#port(name);
    return row && this.#tables.bridgeOfPort(row)?.name;
  }

  /** Port and interface names are unique in the whole database; its own indexes catch those that come meanwhile. */
  #checkFree(name: string): void {
    if (this.#addedPorts.has(name)) throw new NameTakenError(`a port named ${name} is added twice`);
    const row = this.#tables.interface(name);
    if (!row) return;
    const port = this.#tables.portOfInterface(row);
    if (port && this.#deletedPorts.has(port.name)) return;
    throw new NameTakenError(`an interface named ${name} exists already in port ${port?.name ?? '(none)'}`);
  }

  /** A bridge that went meanwhile must fail the transaction, for a `mutate` of no row is no error. */
  #expectBridge(row: BridgeRow): void {
    if (this.#checked.has(row._uuid)) return;
    this.#checked.add(row._uuid);
    this.#checks.push(wait('Bridge', byUuid(row._uuid), ['name'], '==', [{ name: row.name }], 0));
  }

  #insertPort(name: string, port: RowInput, columns: RowInput): NamedUuid {
    const added = this.#insert('Interface', { name, ...columns });
    return this.#insert('Port', { name, interfaces: [added], ...port });
  }

  #insert(table: string, row: RowInput): NamedUuid {
    const reference = new NamedUuid(`row${this.#nextName++}`);
    this.#operations.push(insert(table, row, reference.name));
    return reference;
  }

  #mutate(table: string, row: Reference, mutations: readonly Mutation[]): void {
    this.#operations.push(mutate(table, byUuid(row), mutations));
  }
}

function checkName(what: string, name: unknown): void {
  if (typeof name !== 'string' || name === '') throw new InvalidArgumentError(`a ${what}'s name must not be empty`);
}

function byUuid(row: Reference): [['_uuid', '==', Reference]] {
  return [['_uuid', '==', row]];
}

function interfaceColumns(options: InterfaceOptions): {
  type: string | undefined;
  mtu_request: number | undefined;
  options: StringRecord | undefined;
  external_ids: StringRecord | undefined;
} {
  return {
    type: options.type,
    mtu_request: options.mtuRequest,
    options: options.options,
    external_ids: options.externalIds,
  };
}

/** A pair replaces the one that has its key: `insert` alone would leave the old one. */
function mapMutations(column: string, pairs: NullableRecord | undefined): Mutation[] {
  if (!pairs || Object.keys(pairs).length === 0) return [];
  const kept = Object.entries(pairs).filter((pair): pair is [string, string] => pair[1] !== null);
  return [
    [column, 'delete', Object.keys(pairs)],
    ...(kept.length === 0 ? [] : [[column, 'insert', Object.fromEntries(kept)] as Mutation]),
  ];
}
