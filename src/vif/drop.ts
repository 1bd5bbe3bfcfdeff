/** Taking away what no desired VIF has. */
import { type CallOptions, waitOptions } from '../base/deadline.js';
import { deleteLink, deleteTap, listLinkDetails } from '../netdev/index.js';
import { type DraftRow, type Ovs, OWNER_KEY, type SwitchTransaction } from '../vswitch/index.js';
import { type Belongings, type Device, isUnused } from './belongings.js';
import { detailFacts, linkFacts } from './gather.js';
import { QOS_KEY } from './names.js';
import type { OwnedPort } from './stale.js';

/** What a Plugger lends. */
export interface DropSite {
  readonly ovs: Ovs;
  readonly owner: string;
  inTurn<T>(device: string, options: CallOptions, work: () => Promise<T>): Promise<T>;
  /** Whether the port is stale still. */
  isStale(port: OwnedPort): boolean;
  /** Takes note of a device that was taken off the switch. */
  hasGone(device: string): void;
}

/**
 * Takes a port off its bridge, if it is still the one that was looked at, with the bridge and the devices that were made for it.
 * A network's bridge goes if it is still unused.
 *
 * @returns false where its VIF was plugged meanwhile, and nothing was done
 */
export async function drop(site: DropSite, port: OwnedPort, mine: Belongings, options: CallOptions): Promise<boolean> {
  return site.inTurn(port.name, options, async () => {
    if (!site.isStale(port)) return false;
    const network = isNetwork(port, mine) ? mine.networks.get(port.name) : undefined;
    if (network) await dropNetwork(network);
    else {
      await dropRows(site, port, mine, options);
      await deleteDevices(site, port.name, mine);
    }
    return true;
  });
}

/** Of a port that a plug has replaced: what a plug makes besides its port. */
export function dropReplaced(
  site: DropSite,
  { name }: OwnedPort,
  mine: Belongings,
  options: CallOptions,
): Promise<void> {
  return site.inTurn(name, options, () => deleteDevices(site, name, mine));
}

const isNetwork = ({ name, bridge, uuid }: OwnedPort, mine: Belongings) =>
  name === bridge && uuid.startsWith('link ') && mine.networks.has(name);

async function dropNetwork(devices: readonly Device[]): Promise<void> {
  const links = await listLinkDetails();
  const left = devices.filter((device) =>
    links.some(({ name, index }) => name === device.name && index === device.index),
  );
  if (await isUnused(left, links)) await deleteAll(left);
}

async function dropRows(
  { ovs, owner }: DropSite,
  port: OwnedPort,
  { portBridges }: Belongings,
  options: CallOptions,
): Promise<void> {
  const own = portBridges.get(port.name);
  await ovs.transact((tx) => {
    const row = tx.record('Port', port.uuid);
    if (row && isOurs(tx, row, owner)) {
      dropQos(tx, row);
      tx.deletePort(port.name, { bridge: port.bridge, ifExists: true });
    }
    const bridge = own && tx.record('Bridge', own.uuid);
    if (bridge && isOurs(tx, bridge, owner)) tx.deleteBridge(own.name, { ifExists: true });
  }, waitOptions(options));
}

const isOurs = (tx: SwitchTransaction, row: DraftRow, owner: string): boolean =>
  (tx.get(row, 'external_ids') as ReadonlyMap<string, string>).get(OWNER_KEY) === owner;

/** A row that was made for a VIF, which carries its id; others may be anybody's. */
function dropQos(tx: SwitchTransaction, port: DraftRow): void {
  const uuid = tx.get(port, 'qos') as string | null;
  const qos = uuid === null ? undefined : tx.record('QoS', uuid);
  if (!qos || !(tx.get(qos, 'external_ids') as ReadonlyMap<string, string>).has(QOS_KEY)) return;
  tx.clear(port, 'qos');
  tx.destroy(qos);
}

/** Those that were made for a port which is no more, but for one that is on the switch, or was made anew meanwhile. */
async function deleteDevices(site: DropSite, port: string, { devices }: Belongings): Promise<void> {
  const { tables } = site.ovs;
  if (tables.interface(port)) return;
  site.hasGone(port);
  await deletePlugged(port);
  await deleteAll((devices.get(port) ?? []).filter(({ name }) => !tables.interface(name)));
}

/** Only what a plug makes: a tap, or a veth pair. A card stays. */
async function deletePlugged(name: string): Promise<void> {
  const link = linkFacts(name);
  if (link?.kind === 'tap') await deleteTap(name, { ifExists: true, force: true });
  else if (link && (await detailFacts(name))?.kind === 'veth') await deleteLink(name, { ifExists: true });
}

const deleteAll = (devices: readonly Device[]) =>
  Promise.all(devices.map(({ name, index }) => deleteLink(name, { index, ifExists: true })));
