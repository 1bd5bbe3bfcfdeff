/** The switch and the kernel as they are, read without the replica that the plugging process uses. */
import { listLinkDetails } from '../../../src/netdev/index.js';
import { Client, select } from '../../../src/ovsdb/index.js';
import { BRIDGE } from './vifs.js';

export interface InterfaceState {
  readonly ofport: number | null;
  readonly error: string | null;
  readonly interfaceId: string | undefined;
}

export interface LinkState {
  readonly up: boolean;
  readonly master: string | null;
}

export interface SwitchState {
  /** Every bridge. */
  readonly bridges: readonly string[];
  /** Ports of the network's bridge, but for its own. */
  readonly ports: readonly string[];
  /** Every row of Interface but that of the network's bridge. */
  readonly interfaces: ReadonlyMap<string, InterfaceState>;
  /** How many rows there are of QoS. */
  readonly qos: number;
  /** Every link of the namespace. */
  readonly links: ReadonlyMap<string, LinkState>;
}

type Row = Readonly<Record<string, unknown>>;
const namesOf = (rows: readonly Row[]) => rows.map(({ name }) => name as string);

export async function readState(remote: string): Promise<SwitchState> {
  await using client = await Client.connect(remote, { retry: true, minBackoff: 20, maxBackoff: 200 });
  const [bridges, ports, interfaces, qos] = await client.transact('Open_vSwitch', [
    select('Bridge', [], ['name', 'ports']),
    select('Port', [], ['_uuid', 'name']),
    select('Interface', [], ['name', 'ofport', 'error', 'external_ids']),
    select('QoS', [], ['_uuid']),
  ]);
  const links = await listLinkDetails();
  const network = bridges.rows.find(({ name }) => name === BRIDGE) as Row;
  const onBridge = new Set(network.ports as Iterable<string>);
  const names = namesOf(ports.rows.filter(({ _uuid }) => onBridge.has(_uuid as string)));
  return {
    bridges: namesOf(bridges.rows).sort(),
    ports: names.filter((name) => name !== BRIDGE).sort(),
    interfaces: new Map(
      interfaces.rows
        .filter(({ name }) => name !== BRIDGE)
        .map(({ name, ofport, error, external_ids }) => [
          name as string,
          {
            ofport: ofport as number | null,
            error: error as string | null,
            interfaceId: (external_ids as ReadonlyMap<string, string>).get('iface-id'),
          },
        ]),
    ),
    qos: qos.rows.length,
    links: new Map(links.map(({ name, up, master }) => [name, { up, master }])),
  };
}
