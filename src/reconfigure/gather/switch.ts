import type { CallOptions } from '../../base/deadline.js';
import { type SelectedRow, select } from '../../ovsdb/index.js';
import type { BridgeRow, Ovs, PortRow, SwitchTables } from '../../vswitch/index.js';
import type { BridgeFacts, InterfaceFacts, PortFacts, SwitchFacts } from '../facts.js';

const UUIDS = 'xs-network-uuids';
/** Where a fake bridge's external ids are, in its port. */
const FAKE = 'fake-bridge-';

const COLUMNS = {
  Bridge: ['_uuid', 'fail_mode', 'other_config'],
  Port: ['_uuid', 'bond_fake_iface', 'bond_mode', 'lacp', 'mac', 'bond_updelay', 'bond_downdelay', 'other_config'],
  Interface: ['_uuid', 'mac'],
} as const;

type Table = keyof typeof COLUMNS;
type Pairs = ReadonlyMap<string, string>;

/**
 * What the switch has of these names: one round trip for the columns that its replica does not hold. The answer comes after
 * all changes before it, so the replica is as new.
 */
export async function gatherSwitch(ovs: Ovs, names: Iterable<string>, options: CallOptions = {}): Promise<SwitchFacts> {
  const wanted = [...new Set(names)];
  const tables = Object.keys(COLUMNS) as Table[];
  const selects = tables.flatMap((table) =>
    wanted.map((name) => select(table, [['name', '==', name]], COLUMNS[table])),
  );
  const results = (await ovs.client.transact('Open_vSwitch', selects, options)) as { rows: SelectedRow[] }[];
  const rows = new Map(results.flatMap((result) => result.rows.map((row) => [row._uuid as string, row] as const)));
  const reader = new SwitchReader(ovs.tables, rows);
  return {
    complete: true,
    bridges: mapOf(wanted, (name) => reader.bridge(name)),
    ports: mapOf(wanted, (name) => reader.port(name)),
    interfaces: mapOf(wanted, (name) => reader.interface(name)),
  };
}

function mapOf<T>(names: readonly string[], read: (name: string) => T | undefined): Map<string, T> {
  return new Map(
    names.flatMap((name) => {
      const facts = read(name);
      return facts === undefined ? [] : [[name, facts] as const];
    }),
  );
}

/** Joins the replica with the rows that were read besides. */
class SwitchReader {
  readonly #tables: SwitchTables;
  readonly #rows: ReadonlyMap<string, SelectedRow>;

  constructor(tables: SwitchTables, rows: ReadonlyMap<string, SelectedRow>) {
    this.#tables = tables;
    this.#rows = rows;
  }

  #more(row: { readonly _uuid: string }): SelectedRow {
    return this.#rows.get(row._uuid) ?? ({} as SelectedRow);
  }

  bridge(name: string): BridgeFacts | undefined {
    const row = this.#tables.bridge(name);
    if (row && this.#isAttached(row)) {
      const more = this.#more(row);
      const config = (more.other_config ?? new Map()) as Pairs;
      return {
        failMode: (more.fail_mode as string | null) ?? '',
        hwaddr: config.get('hwaddr'),
        disableInBand: config.get('disable-in-band'),
        networkUuids: row.external_ids.get(UUIDS),
      };
    }
    const port = this.#tables.port(name);
    const parent = port && this.#tables.bridgeOfPort(port);
    if (!port?.fake_bridge || port.tag === null || !parent) return undefined;
    return {
      parent: parent.name,
      vlan: Number(port.tag),
      failMode: '',
      networkUuids: port.external_ids.get(FAKE + UUIDS),
    };
  }

  #isAttached(row: BridgeRow): boolean {
    return this.#tables.root?.bridges.includes(row._uuid) === true;
  }

  port(name: string): PortFacts | undefined {
    const row = this.#tables.port(name);
    const bridge = row && this.#tables.bridgeOfPort(row);
    if (!row || !bridge || row.fake_bridge || bridge.name === name) return undefined;
    const more = this.#more(row);
    const interfaces = row.interfaces.flatMap((uuid) => this.#tables.interfaces.get(uuid) ?? []);
    const untagged = row.tag === null && row.vlan_mode === null && row.trunks.length === 0;
    return {
      bridge: this.#seenOn(row, bridge),
      interfaces: interfaces.map(({ name }) => name),
      plain: untagged && interfaces.every(({ type }) => type === '' || type === 'system'),
      fakeInterface: more.bond_fake_iface === true,
      mac: (more.mac as string | null) ?? undefined,
      bondMode: (more.bond_mode as string | null) ?? undefined,
      lacp: (more.lacp as string | null) ?? undefined,
      upDelay: Number(more.bond_updelay ?? 0),
      downDelay: Number(more.bond_downdelay ?? 0),
      otherConfig: (more.other_config ?? new Map()) as Pairs,
    };
  }

  /** The bridge that ovs-vsctl(8) says a port is on: a fake one has the ports of its VLAN. */
  #seenOn(port: PortRow, bridge: BridgeRow): string {
    if (port.tag === null) return bridge.name;
    for (const uuid of bridge.ports) {
      const other = this.#tables.ports.get(uuid);
      if (other?.fake_bridge && other.tag === port.tag) return other.name;
    }
    return bridge.name;
  }

  interface(name: string): InterfaceFacts | undefined {
    const row = this.#tables.interface(name);
    const port = row && this.#tables.portOfInterface(row);
    if (!row || !port) return undefined;
    return { port: port.name, mac: (this.#more(row).mac as string | null) ?? undefined };
  }
}
