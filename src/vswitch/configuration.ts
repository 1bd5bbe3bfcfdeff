import { columnSchema, tableSchema } from '../ovsdb/schema.js';
import type { Atom, Value } from '../ovsdb/values.js';
import type { Draft, DraftRow, Members } from './draft/index.js';
import * as vsctl from './switch/index.js';

/** Columns by name, as the schema types them: atoms, `null`, arrays, Maps. */
export type ColumnValues = Readonly<Record<string, Value>>;

interface MayExist {
  readonly mayExist?: boolean | undefined;
}
interface IfExists {
  readonly ifExists?: boolean | undefined;
}

/** A switch's configuration in the making: each method is a command of ovs-vsctl(8), and sees what those before it did. */
export class Configuration {
  readonly #draft: Draft;

  /** Programs get one from `configure`. */
  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** `add-br NAME [PARENT VLAN]`; `fake` makes the bridge of one VLAN of a real one. */
  addBridge(name: string, options: MayExist & { fake?: { parent: string; vlan: number } | undefined } = {}): void {
    vsctl.addBridge(this.#draft, name, options);
  }

  /** `del-br NAME`. */
  deleteBridge(name: string, options: IfExists = {}): void {
    vsctl.deleteBridge(this.#draft, name, options);
  }

  /** `add-port BRIDGE PORT`, with columns of Port. */
  addPort(bridge: string, port: string, options: MayExist & { columns?: ColumnValues | undefined } = {}): void {
    this.#addPort(`add-port ${bridge} ${port}`, { bridge, port, interfaces: [port], ...options });
  }

  /** `add-bond BRIDGE PORT IFACE...`, with columns of Port. */
  addBond(
    bridge: string,
    port: string,
    interfaces: readonly string[],
    options: MayExist & { fakeInterface?: boolean | undefined; columns?: ColumnValues | undefined } = {},
  ): void {
    const command = `add-bond ${bridge} ${port} ${interfaces.join(' ')}`;
    this.#addPort(command, { bridge, port, interfaces, ...options });
  }

  #addPort(
    command: string,
    { columns = {}, ...request }: Omit<vsctl.AddPortRequest, 'command'> & { columns?: ColumnValues | undefined },
  ): void {
    vsctl.addPort(this.#draft, { ...request, command }, (row) => this.set(row, columns));
  }

  /** `del-port [BRIDGE] PORT`; `withInterface` takes an interface's name for its port's. */
  deletePort(
    port: string,
    options: IfExists & { bridge?: string | undefined; withInterface?: boolean | undefined } = {},
  ): void {
    vsctl.deletePort(this.#draft, { target: port, ...options });
  }

  /** `add-bond-iface BOND IFACE`. */
  addBondInterface(bond: string, name: string, options: MayExist = {}): void {
    vsctl.addBondInterface(this.#draft, bond, name, { ...options, command: `add-bond-iface ${bond} ${name}` });
  }

  /** `del-bond-iface [BOND] IFACE`. */
  deleteBondInterface(name: string, options: IfExists & { bond?: string | undefined } = {}): void {
    vsctl.deleteBondInterface(this.#draft, name, options);
  }

  /** `set-controller BRIDGE TARGET...`; none is `del-controller`. `inactivityProbe` in milliseconds. */
  setControllers(
    bridge: string,
    targets: readonly string[],
    options: { inactivityProbe?: number | undefined } = {},
  ): void {
    const { row } = vsctl.getRealBridge(this.#draft, bridge);
    vsctl.setTargets(this.#draft, vsctl.controllersOf(row), targets, options.inactivityProbe);
  }

  /** `set-manager TARGET...`; none is `del-manager`. `inactivityProbe` in milliseconds. */
  setManagers(targets: readonly string[], options: { inactivityProbe?: number | undefined } = {}): void {
    vsctl.setTargets(this.#draft, vsctl.managersOf(this.#draft), targets, options.inactivityProbe);
  }

  /** `set-fail-mode BRIDGE MODE`; `undefined` is `del-fail-mode`. */
  setFailMode(bridge: string, mode: 'standalone' | 'secure' | undefined): void {
    vsctl.setFailMode(this.#draft, bridge, mode);
  }

  /** `set-ssl`; `undefined` is `del-ssl`. */
  setSsl(files: vsctl.SslFiles | undefined): void {
    vsctl.setSsl(this.#draft, files);
  }

  /** `br-set-external-id BRIDGE KEY [VALUE]`. */
  setExternalId(bridge: string, key: string, value: string | undefined): void {
    vsctl.setExternalId(this.#draft, vsctl.getBridge(this.#draft, bridge), key, value);
  }

  /** `add-aa-mapping BRIDGE I-SID VLAN`. */
  addMapping(bridge: string, isid: number, vlan: number): void {
    vsctl.addMapping(this.#draft, bridge, isid, vlan);
  }

  /** `del-aa-mapping BRIDGE I-SID VLAN`. */
  deleteMapping(bridge: string, isid: number, vlan: number): void {
    vsctl.deleteMapping(this.#draft, bridge, isid, vlan);
  }

  /** `add-zone-tp DATAPATH zone=ZONE KEY=SECONDS...`. */
  addZonePolicy(
    datapath: string,
    zone: number,
    timeouts: Readonly<Record<string, number>>,
    options: MayExist = {},
  ): void {
    vsctl.addZonePolicy(this.#draft, datapath, zone, Object.entries(timeouts), options);
  }

  /** `del-zone-tp DATAPATH zone=ZONE`. */
  deleteZonePolicy(datapath: string, zone: number, options: IfExists = {}): void {
    vsctl.deleteZonePolicy(this.#draft, datapath, zone, options);
  }

  /** `emer-reset`. */
  emergencyReset(): void {
    vsctl.emergencyReset(this.#draft);
  }

  /** The row of a table whose column has a value: what the methods below work on. */
  find(table: string, column: string, value: Atom): DraftRow | undefined {
    return this.#draft.find(table, column, value)[0];
  }

  /** `get TABLE RECORD COLUMN`. */
  get(row: DraftRow, column: string): Value {
    return this.#draft.get(row, column);
  }

  /** `create TABLE COLUMN=VALUE...`; the row's `uuid` may be used as a value in the same transaction. */
  create(table: string, columns: ColumnValues): DraftRow {
    return this.#draft.insert(table, columns);
  }

  /** `set TABLE RECORD COLUMN=VALUE...`. */
  set(row: DraftRow, columns: ColumnValues): void {
    for (const [column, value] of Object.entries(columns)) this.#draft.set(row, column, value);
  }

  /** `add TABLE RECORD COLUMN [KEY=]VALUE...`: elements, or pairs that replace those of their keys. */
  add(row: DraftRow, column: string, members: readonly Atom[] | ReadonlyMap<Atom, Atom>): void {
    this.#draft.put(row, column, toMembers(members));
  }

  /** `remove TABLE RECORD COLUMN KEY|VALUE|KEY=VALUE...`. */
  remove(row: DraftRow, column: string, members: readonly Atom[] | ReadonlyMap<Atom, Atom>): void {
    this.#draft.remove(row, column, toMembers(members));
  }

  /** `clear TABLE RECORD COLUMN...`. */
  clear(row: DraftRow, ...columns: string[]): void {
    const table = tableSchema(this.#draft.schema, row.table);
    for (const column of columns) {
      const { type } = columnSchema(table, column);
      this.#draft.set(row, column, type.value ? new Map() : type.max === 1 ? null : []);
    }
  }

  /** `destroy TABLE RECORD`: rows of most tables go by themselves when nothing refers to them, and not before. */
  destroy(row: DraftRow): void {
    this.#draft.delete(row);
  }
}

function toMembers(members: readonly Atom[] | ReadonlyMap<Atom, Atom>): Members {
  return members instanceof Map ? [...members] : (members as readonly Atom[]).map((each) => [each, undefined]);
}
