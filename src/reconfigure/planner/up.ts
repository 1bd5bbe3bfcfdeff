import type { Change, Step } from '../../plan/index.js';
import { type Facts, mayHaveBridge, type SwitchFacts } from '../facts.js';
import type { Log } from '../log.js';
import type { Pif, Records } from '../records/index.js';
import {
  bondMasters,
  bondSlaves,
  bridgeName,
  datapathOf,
  describePif,
  ipdevName,
  isVlan,
  netdevName,
  networkOf,
} from '../relations.js';
import { cardSteps } from './cards.js';
import { type DatapathOptions, networkUuidChanges, planDatapath } from './datapath.js';
import { applySteps, type ConfigFiles, commitSteps, configFiles } from './files.js';
import { type IpOptions, ifdown, ifdownSteps } from './ip.js';

export interface UpOptions extends DatapathOptions, IpOptions {
  /** Leaves alone what may interfere, as at the first boot. */
  readonly force?: boolean | undefined;
}

/**
 * What brings a PIF up: pure, from records and facts. What is as wanted is left alone, so that the plan is empty but for
 * settings that can't be read when all is.
 *
 * @throws {UnsupportedPifError}; {@link NoNetdevError}; {@link RecordsError} for what a network script would misread.
 */
export function planUp(records: Records, pif: Pif, facts: Facts, options: UpOptions, log: Log): Step[] {
  const datapath = datapathOf(records, pif);
  const ipdev = ipdevName(records, pif);
  log.info(`bring up ${describePif(pif)}, configured as ${pif.ip_configuration_mode}, on the Open vSwitch datapath`);
  const files: ConfigFiles | undefined =
    options.ipBackend === 'ifcfg' ? configFiles(records, pif, facts, options, log) : undefined;
  const { claim, downs, changes, ups, flows } = planDatapath(records, datapath, facts, options, log);
  const all: Change[] = [...changes, ...vlanChanges(records, pif, datapath, facts, log)];
  const cards = cardSteps(records, datapath, claim.physical, facts, log);
  // Taking addresses away and giving them back cuts traffic, so not when nothing else is to be done.
  const settled = all.length === 0 && (files?.changed.length ?? 0) === 0 && facts.netdevs.get(ipdev)?.up === true;
  const ip = files && !settled;
  const bridge = bridgeName(records, datapath);
  return [
    ...downs.map((device): Step => ({ kind: 'set-link-down', device, ifExists: true })),
    ...(ip && !options.force ? ifdownSteps(ipdev, facts, log) : []),
    ...(ip && !options.force ? interfering(records, pif, facts, log) : []),
    ...(ip ? applySteps(files, log) : []),
    ...cards,
    ...(all.length === 0 ? [] : [{ kind: 'transaction', changes: all, waitForVswitchd: true } as const]),
    ...(flows.length === 0 ? [] : [{ kind: 'add-flows', bridge, flows, ofports: facts.switch?.ofports } as const]),
    ...(ip ? [{ kind: 'run-tool', argv: ['ifup', ipdev], undo: ['ifdown', ipdev] } as const] : []),
    ...bringUp(ups, facts, log),
    ...(ip ? [{ kind: 'run-tool', argv: ['update-issue'], bestEffort: true } as const] : []),
    ...(ip ? commitSteps(files, log) : []),
  ];
}

/** The fake bridge of a VLAN, and the address that it has from the datapath. */
function vlanChanges(records: Records, pif: Pif, datapath: Pif, facts: Facts, log: Log): Change[] {
  if (!isVlan(pif)) return [];
  const sw = facts.switch as SwitchFacts;
  const bridge = bridgeName(records, pif);
  const parent = bridgeName(records, datapath);
  const have = sw.bridges.get(bridge);
  const there = have?.parent === parent && have.vlan === pif.VLAN;
  const changes: Change[] = [];
  if (!there) {
    if (mayHaveBridge(sw, bridge)) changes.push({ change: 'delete-bridge', bridge, ifExists: true });
    changes.push({ change: 'add-bridge', bridge, mayExist: true, fake: { parent, vlan: pif.VLAN } });
    // Had it been a real one, its external ids were not where a fake one's are.
    changes.push(...networkUuidChanges(records, pif, { ...sw, bridges: new Map() }));
  } else {
    changes.push(...networkUuidChanges(records, pif, sw));
  }
  if (!there || sw.interfaces.get(bridge)?.mac !== datapath.MAC) {
    const columns = { mac: datapath.MAC };
    changes.push({ change: 'set', table: 'Interface', record: bridge, columns });
  }
  if (datapath.MAC === '') log.warn(`${describePif(datapath)} has no MAC, and so ${bridge} has none of it`);
  return changes;
}

/** A DHCP client may run on what the PIF replaces; a second one could not be started later. */
function interfering(records: Records, pif: Pif, facts: Facts, log: Log): Step[] {
  const steps: Step[] = [];
  for (const [what, others] of [
    ['master', bondMasters(records, pif)],
    ['slave', bondSlaves(records, pif)],
  ] as const) {
    for (const other of others) {
      const { bridge } = networkOf(records, other);
      if (bridge === '') continue;
      log.info(`up: bring down bond ${what} ${netdevName(other)}`);
      steps.push(ifdown(bridge, facts));
    }
  }
  return steps;
}

function bringUp(devices: readonly string[], facts: Facts, log: Log): Step[] {
  const down = devices.filter((device) => facts.netdevs.get(device)?.up !== true);
  for (const device of down) log.info(`up: bring up ${device}`);
  // Only old versions of ovs-vswitchd make a device of a bond's fake interface.
  return down.map((device): Step => ({ kind: 'set-link-up', device, ifExists: true }));
}
