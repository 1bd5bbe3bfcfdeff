/** The switch and the kernel as they are, read without the replica that the plugging process uses. */
import { listLinkDetails } from '../../../src/netdev/index.js';
import { Client, select } from '../../../src/ovsdb/index.js';
import { BRIDGE } from './vifs.js';

export interface InterfaceState {
  readonly ofport: number | null;
  readonly error: string | null;
  readonly interfaceId: string | undefined;
}

export interface SwitchState {
  /** Ports of the bridge, but for its own. */
  readonly ports: readonly string[];
  /** Every row of Interface but that of the bridge. */
  readonly interfaces: ReadonlyMap<string, InterfaceState>;
  /** How many rows there are of QoS. */
  readonly qos: number;
  /** Persistent taps, by name: those of ovs-vswitchd itself end with it. */
  readonly taps: ReadonlySet<string>;
}

type Row = Readonly<Record<string, unknown>>;

export async function readState(remote: string): Promise<SwitchState> {
  await using client = await Client.connect(remote, { retry: true, minBackoff: 20, maxBackoff: 200 });
  const [bridges, ports, interfaces, qos] = await client.transact('Open_vSwitch', [
    select('Bridge', [['name', '==', BRIDGE]], ['ports']),
    select('Port', [], ['_uuid', 'name']),
    select('Interface', [], ['name', 'ofport', 'error', 'external_ids']),
    select('QoS', [], ['_uuid']),
  ]);
  const links = await listLinkDetails();
  const onBridge = new Set((bridges.rows[0] as Row).ports as Iterable<string>);
  const names = ports.rows.filter(({ _uuid }) => onBridge.has(_uuid as string)).map(({ name }) => name as string);
  const taps = links.filter(({ kind, name }) => kind === 'tun' && /^tap\d+$/.test(name));
  return {
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
    taps: new Set(taps.map(({ name }) => name)),
  };
}
