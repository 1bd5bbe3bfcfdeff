import type { Ovs } from '../vswitch/index.js';

/** A VIF on the switch: an interface that carries an `iface-id`. */
export interface ListedVif {
  readonly name: string;
  readonly bridge: string | null;
  readonly id: string;
  readonly address: string | null;
  readonly instance: string | null;
  readonly ofport: number | null;
  /** Why ovs-vswitchd could not open it. */
  readonly error: string | null;
}

/** From the warm replica: no round trip. */
export function listVifs({ tables }: Ovs): ListedVif[] {
  const vifs: ListedVif[] = [];
  for (const row of tables.interfaces.rows()) {
    const id = row.external_ids.get('iface-id');
    if (id === undefined) continue;
    const port = tables.portOfInterface(row);
    vifs.push({
      name: row.name,
      bridge: (port && tables.bridgeOfPort(port)?.name) ?? null,
      id,
      address: row.external_ids.get('attached-mac') ?? null,
      instance: row.external_ids.get('vm-uuid') ?? null,
      ofport: row.ofport,
      error: row.error,
    });
  }
  return vifs.sort((a, b) => (a.name < b.name ? -1 : 1));
}
