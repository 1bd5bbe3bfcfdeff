import type { CallOptions } from '../base/deadline.js';
import { checkBridges } from './bridges.js';
import { linkFacts } from './gather.js';
import { compare, type ReconcileOptions, type Site } from './reconcile.js';
import type { PlugRequest, VifRequest } from './request/index.js';
import { type OwnedPort, ownedPorts, type StaleMemory } from './stale.js';

/** A port that carries its owner's mark, and how it stands. */
export interface ListedVif {
  /** Of the Port. */
  readonly uuid: string;
  readonly name: string;
  readonly bridge: string;
  /** Its interface's iface-id. */
  readonly interfaceId: string | null;
  /** MAC address: attached-mac. */
  readonly address: string | null;
  /** vm-uuid */
  readonly instance: string | null;
  /** OpenFlow port number; -1 when ovs-vswitchd could not open it, null before it has tried. */
  readonly ofport: number | null;
  /** Why ovs-vswitchd could not open it. */
  readonly error: string | null;
  /**
   * Its device in the kernel of this network namespace; null for a port that has none, such as a patch port or vhost-user. Of a
   * hybrid plug it is the end on the switch; `reconcile` looks at the bridge and the tap before it, too.
   */
  readonly device: 'up' | 'down' | 'missing' | null;
  /**
   * Whether no desired VIF has it, and null on a bridge that is not compared; without a desired set, whether the Plugger's last
   * `reconcile` of its bridge found it so, and null before there was one.
   */
  readonly stale: boolean | null;
}

export interface ListOptions extends CallOptions {
  /** Those on these bridges. Default: all. */
  bridges?: readonly string[] | undefined;
  /** To be compared with: as `reconcile` would. */
  desired?: readonly (PlugRequest | VifRequest)[] | undefined;
}

export async function list(
  site: Site,
  memory: StaleMemory,
  { desired, bridges, ...options }: ListOptions,
): Promise<ListedVif[]> {
  const isStale = desired ? await staleOf(site, desired, { ...options, bridges }) : memory.tell.bind(memory);
  if (!desired) await checkBridges(site, bridges ?? [], options);
  const { tables } = site.ovs;
  return ownedPorts(site.ovs, site.owner, bridges && new Set(bridges)).map((port) => {
    const row = tables.interface(port.name);
    return {
      uuid: port.uuid,
      name: port.name,
      bridge: port.bridge,
      interfaceId: port.interfaceId ?? null,
      address: row?.external_ids.get('attached-mac') ?? null,
      instance: row?.external_ids.get('vm-uuid') ?? null,
      ofport: row?.ofport ?? null,
      error: row?.error ?? null,
      device: deviceOf(port.name, row?.type),
      stale: isStale(port),
    };
  });
}

function deviceOf(name: string, type: string | undefined): ListedVif['device'] {
  if (type !== '' && type !== 'system' && type !== 'internal') return null;
  const link = linkFacts(name);
  if (!link) return 'missing';
  return link.up ? 'up' : 'down';
}

async function staleOf(site: Site, desired: readonly (PlugRequest | VifRequest)[], options: ReconcileOptions) {
  const compared = await compare(site, desired, options);
  const stale = new Set(compared.stale.map(({ uuid }) => uuid));
  return ({ uuid, bridge }: OwnedPort) => (compared.bridges.includes(bridge) ? stale.has(uuid) : null);
}
