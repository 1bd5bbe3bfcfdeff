import type { Change, Step } from '../../plan/index.js';
import { type Facts, mayHaveBridge, type SwitchFacts } from '../facts.js';
import type { Log } from '../log.js';
import type { Pif, Records } from '../records/index.js';
import {
  bridgeName,
  datapathOf,
  describePif,
  ipdevName,
  isVlan,
  netdevName,
  physicalPifs,
  vlanMasters,
  vlanSlave,
} from '../relations.js';
import { type IpOptions, ifdownSteps } from './ip.js';

/** What takes a PIF down; the datapath stays while something attached needs it. */
export function planDown(records: Records, pif: Pif, facts: Facts, options: IpOptions, log: Log): Step[] {
  const datapath = datapathOf(records, pif);
  const own = bridgeName(records, pif);
  const bridge = bridgeName(records, datapath);
  const ipdev = ipdevName(records, pif);
  const sw = facts.switch as SwitchFacts;
  log.info(`bring down ${describePif(pif)}, configured as ${pif.ip_configuration_mode}, on the Open vSwitch datapath`);
  const ip = options.ipBackend === 'ifcfg' ? ifdownSteps(ipdev, facts, log) : [];
  log.info(`deconfigure ipdev ${ipdev} on ${bridge}`);

  const changes: Change[] = [];
  const deleteBridge = (name: string) => {
    log.info(`deconfigure bridge ${name}`);
    if (mayHaveBridge(sw, name)) changes.push({ change: 'delete-bridge', bridge: name, ifExists: true });
  };
  if (!sw.complete || sw.ports.has(ipdev))
    changes.push({ change: 'delete-port', port: ipdev, ifExists: true, withInterface: true });
  if (isVlan(pif)) deleteBridge(own);
  const links: Step[] = [];
  if (!isNeeded(records, pif, bridge, log)) {
    deleteBridge(bridge);
    const cards = physicalPifs(records, datapath).map(netdevName);
    log.info(`down: bring down physical devices ${cards.join(', ') || '(none)'}`);
    for (const device of cards) {
      const have = facts.netdevs.get(device);
      if (!have) log.info(`link down: device ${device} does not exist, ignoring`);
      else if (have.up !== false) links.push({ kind: 'set-link-down', device, ifExists: true });
    }
  }
  const transaction: Step[] = changes.length === 0 ? [] : [{ kind: 'transaction', changes, waitForVswitchd: true }];
  return [...ip, ...links, ...transaction];
}

/** Whether the datapath of a PIF that goes down has to stay, for others that stand on it. */
function isNeeded(records: Records, pif: Pif, bridge: string, log: Log): boolean {
  if (!isVlan(pif)) {
    const attached = vlanMasters(records, pif).filter(({ currently_attached }) => currently_attached);
    if (attached.length === 0) return false;
    const vlans = attached.map(({ VLAN }) => VLAN).join(', ');
    log.info(`leaving datapath ${bridge} up, for its VLANs ${vlans} are attached`);
    return true;
  }
  const slave = vlanSlave(records, pif);
  if (slave.currently_attached) log.info(`down: VLAN slave ${netdevName(slave)} is currently attached`);
  const others = vlanMasters(records, slave).filter((each) => each !== pif && each.currently_attached);
  for (const other of others) log.info(`down: VLAN slave has other master ${netdevName(other)}`);
  if (slave.currently_attached || others.length > 0) return true;
  log.info(`down: no more masters, bring down slave ${bridge}`);
  return false;
}
