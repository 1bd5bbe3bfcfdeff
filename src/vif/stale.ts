import type { Ovs } from '../vswitch/index.js';

/** Whose the ports are that a Plugger makes, unless it is told otherwise. */
export const DEFAULT_OWNER = 'ovskit';

/** A port that an owner's mark is on; or what has the mark and is without its port; or a network's bridge. */
export interface OwnedPort {
  /** Of the Port; of devices without one, `link` and their indexes, or the uuid of the bridge that was made for it. */
  readonly uuid: string;
  /** Of the port, whether or not it is there; or of the network's bridge. */
  readonly name: string;
  /** The network's. */
  readonly bridge: string;
  /** The iface-id of its interface, where it has one. */
  readonly interfaceId: string | undefined;
}

/** Where a desired VIF has its ports. */
export interface Place {
  readonly bridge: string;
  readonly interfaceId: string;
  /** `undefined` when that can't be told: any will do. */
  readonly names: readonly string[] | undefined;
}

/** The ports of an owner on some bridges; on all when none are named. */
export function ownedPorts({ tables }: Ovs, owner: string, bridges?: ReadonlySet<string>): OwnedPort[] {
  const owned: OwnedPort[] = [];
  for (const port of tables.portsOwnedBy(owner)) {
    const bridge = tables.bridgeOfPort(port)?.name;
    if (bridge === undefined || (bridges && !bridges.has(bridge))) continue;
    const interfaceId = tables.interface(port.name)?.external_ids.get('iface-id');
    owned.push({ uuid: port._uuid, name: port.name, bridge, interfaceId });
  }
  return owned.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Those that are no desired VIF's. */
export function stalePorts(owned: readonly OwnedPort[], places: readonly Place[]): OwnedPort[] {
  const key = (bridge: string, interfaceId: string | undefined) => `${bridge} ${interfaceId}`;
  const wanted = new Map(places.map((place) => [key(place.bridge, place.interfaceId), place]));
  return owned.filter(({ bridge, name, interfaceId }) => {
    const place = wanted.get(key(bridge, interfaceId));
    return !place || (place.names !== undefined && !place.names.includes(name));
  });
}

/** Which ports were stale at the last look: one that is so twice is stale for good, and not just ahead of its VIF. */
export class StaleMemory {
  readonly #before = new Map<string, OwnedPort>();
  /** The bridges that were looked at. */
  readonly #seen = new Set<string>();

  /** Takes in what a look at some bridges found. @returns those that were stale at the look before, too. */
  look(stale: readonly OwnedPort[], bridges: ReadonlySet<string>): OwnedPort[] {
    const again = stale.filter(({ uuid }) => this.#before.has(uuid));
    for (const [uuid, { bridge }] of this.#before) if (bridges.has(bridge)) this.#before.delete(uuid);
    for (const port of stale) this.#before.set(port.uuid, port);
    for (const bridge of bridges) this.#seen.add(bridge);
    return again;
  }

  /** Forgets ports of these names: somebody wants them, of whom those who look have yet to hear. */
  forget(names: readonly string[]): void {
    for (const [uuid, { name }] of this.#before) if (names.includes(name)) this.#before.delete(uuid);
  }

  hasSeen(bridge: string): boolean {
    return this.#seen.has(bridge);
  }

  /** Whether a port was stale at the last look at its bridge; null before one. */
  tell({ uuid, bridge }: Pick<OwnedPort, 'uuid' | 'bridge'>): boolean | null {
    return this.#seen.has(bridge) ? this.#before.has(uuid) : null;
  }
}
