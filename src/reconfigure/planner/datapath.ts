import type { Change, FlowTemplate } from '../../plan/index.js';
import { bondColumns } from '../bond-options.js';
import { type Facts, mayHaveBridge, mayHavePort, type SwitchFacts } from '../facts.js';
import type { Log } from '../log.js';
import type { Pif, Records } from '../records/index.js';
import { bridgeName, isTunnel, netdevName, networkOf, networkUuids } from '../relations.js';
import { bondPortChanges, isBondThere, isPortThere } from './bond.js';
import { failModeOf } from './fail-mode.js';
import { managementFlows } from './flows.js';
import { type Claim, claimOf } from './physical.js';

/** How a datapath comes to be as its records want it. */
export interface DatapathPlan {
  readonly claim: Claim;
  /** Links that go down before the switch is changed. */
  readonly downs: readonly string[];
  readonly changes: readonly Change[];
  /** Links that come up after that. */
  readonly ups: readonly string[];
  readonly flows: readonly FlowTemplate[];
}

export interface DatapathOptions {
  /** `netdev` for the userspace datapath; default: ovs-vswitchd's own. */
  readonly datapathType?: string | undefined;
}

/**
 * What brings the datapath of a PIF that is no VLAN up: others that use its cards go, its bridge and port come. What is as
 * wanted already is left alone. VLANs on it are not touched.
 */
export function planDatapath(
  records: Records,
  datapath: Pif,
  facts: Facts,
  options: DatapathOptions,
  log: Log,
): DatapathPlan {
  const bridge = bridgeName(records, datapath);
  const sw = facts.switch as SwitchFacts;
  const claim = claimOf(records, datapath, log);
  const { physical, siblings, bonds } = claim;
  log.info(`configure datapath: bridge ${bridge}`);
  log.info(`configure datapath: physical ${list(physical)}`);
  log.info(`configure datapath: extra ports ${list(siblings)}`);
  log.info(`configure datapath: extra bonds ${list(bonds)}`);

  const downs: string[] = [];
  const changes: Change[] = [];
  const down = (device: string) => {
    if (!facts.netdevs.has(device)) log.info(`link down: device ${device} does not exist, ignoring`);
    else if (facts.netdevs.get(device)?.up !== false) downs.push(device);
  };
  const deletePort = (name: string) => {
    if (mayHavePort(sw, name)) changes.push(deletionOf(name));
  };
  for (const pif of [...physical, ...siblings, ...bonds]) {
    // A card that is claimed from a bridge that it doesn't have has nothing to lose there.
    const other = networkOf(records, pif).bridge;
    if (pif === datapath || other === '') continue;
    down(other);
    if (mayHaveBridge(sw, other)) changes.push({ change: 'delete-bridge', bridge: other, ifExists: true });
  }
  for (const pif of [...siblings, ...bonds]) {
    deletePort(netdevName(pif));
    down(netdevName(pif));
  }
  const port = planPort(datapath, bridge, physical, sw, log);
  changes.push(...port.deletions);
  const there = sw.bridges.get(bridge);
  if (!sw.complete || !there || there.parent !== undefined) {
    const columns = options.datapathType === undefined ? undefined : { datapath_type: options.datapathType };
    changes.push({ change: 'add-bridge', bridge, mayExist: true, columns });
  }
  changes.push(...port.additions);

  const { mode, fromPool } = failModeOf(records, datapath);
  changes.push(...bridgeSettings(records, datapath, bridge, mode, sw, log));
  let flows: FlowTemplate[] = [];
  if (fromPool && mode === 'secure' && datapath.management && there?.failMode !== 'secure') {
    flows = managementFlows(datapath, physical.map(netdevName));
    if (isTunnel(datapath)) log.warn(`bridge ${bridge} has no card, so it gets no management flows`);
  }
  // A bond that is left as it is has its device by now, if ovs-vswitchd makes one.
  const fresh = port.additions.some(({ change }) => change === 'add-bond');
  const hasDevice = fresh || facts.netdevs.has(netdevName(datapath));
  const ups = physical.length > 1 && hasDevice ? [netdevName(datapath)] : [];
  return { claim, downs: [...new Set(downs)], changes, ups, flows };
}

interface PortPlan {
  readonly deletions: Change[];
  readonly additions: Change[];
}

/** The port of the cards. One that has to be made takes its cards out of whatever port they are in. */
function planPort(datapath: Pif, bridge: string, physical: readonly Pif[], sw: SwitchFacts, log: Log): PortPlan {
  const cards = physical.map(netdevName);
  const deletions = (names: readonly string[]): Change[] =>
    names.filter((name) => mayHavePort(sw, name)).map(deletionOf);
  if (cards.length === 0) return { deletions: [], additions: [] };
  const [card] = cards as [string];
  if (cards.length === 1) {
    if (isPortThere(sw, bridge, card)) return { deletions: [], additions: [] };
    return { deletions: deletions(cards), additions: [{ change: 'add-port', bridge, port: card, mayExist: true }] };
  }
  const name = netdevName(datapath);
  const columns = bondColumns(datapath, bridge, log);
  const there = isBondThere(sw, bridge, name, cards);
  if (there) return { deletions: [], additions: bondPortChanges(name, columns, there) };
  return {
    deletions: deletions([...cards, name]),
    additions: [
      { change: 'add-bond', bridge, port: name, members: cards, fakeInterface: true },
      ...bondPortChanges(name, columns, undefined),
    ],
  };
}

/** A port by its name, or by that of an interface in it. */
function deletionOf(port: string): Change {
  return { change: 'delete-port', port, ifExists: true, withInterface: true };
}

function bridgeSettings(
  records: Records,
  datapath: Pif,
  bridge: string,
  failMode: string,
  sw: SwitchFacts,
  log: Log,
): Change[] {
  const have = sw.bridges.get(bridge);
  const keys: Record<string, string | null> = {};
  if (have?.hwaddr !== datapath.MAC) keys.hwaddr = datapath.MAC;
  const inBand = networkOf(records, datapath).other_config.get('vswitch-disable-in-band');
  if (inBand === undefined || inBand === '') {
    if (have?.disableInBand !== undefined || !sw.complete) keys['disable-in-band'] = null;
  } else if (inBand !== 'true' && inBand !== 'false') {
    log.warn(
      `${JSON.stringify(inBand)} is no valid vswitch-disable-in-band for bridge ${bridge}: it must be true or false`,
    );
  } else if (have?.disableInBand !== inBand) {
    keys['disable-in-band'] = inBand;
  }
  const columns = {
    ...(Object.keys(keys).length === 0 ? {} : { other_config: keys }),
    ...(sw.complete && have?.failMode === failMode ? {} : { fail_mode: failMode }),
  };
  return [
    ...(Object.keys(columns).length === 0
      ? []
      : [{ change: 'set', table: 'Bridge', record: bridge, columns } satisfies Change]),
    ...networkUuidChanges(records, datapath, sw),
  ];
}

/** Tells controllers of a PIF's bridge which networks it is. */
export function networkUuidChanges(records: Records, pif: Pif, sw: SwitchFacts): Change[] {
  const bridge = bridgeName(records, pif);
  const value = networkUuids(records, pif);
  if (sw.bridges.get(bridge)?.networkUuids === value) return [];
  return [{ change: 'set-bridge-external-id', bridge, key: 'xs-network-uuids', value }];
}

function list(pifs: readonly Pif[]): string {
  return pifs.length === 0 ? '(none)' : pifs.map(netdevName).join(', ');
}
