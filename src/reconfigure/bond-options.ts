import type { Log } from './log.js';
import type { Pif } from './records/index.js';

/** Columns of a bond's Port; see ovs-vswitchd.conf.db(5). */
export interface BondColumns {
  readonly mac?: string;
  readonly bondMode: string;
  readonly lacp: 'active' | 'off';
  /** Milliseconds. */
  readonly upDelay?: number;
  /** Milliseconds. */
  readonly downDelay?: number;
  readonly otherConfig: ReadonlyMap<string, string>;
}

const PREFIX = 'bond-';
const DEFAULTS: Readonly<Record<string, string>> = {
  mode: 'balance-slb',
  miimon: '100',
  downdelay: '200',
  updelay: '31000',
  use_carrier: '1',
  'hashing-algorithm': 'src_mac',
};
/** What bond_updelay and bond_downdelay hold. */
const MAX_INTEGER = 2 ** 53 - 1;

/** The columns of a bond's port, from the defaults and the `bond-` keys of its PIF; what is invalid is logged and left out. */
export function bondColumns(pif: Pif, bridge: string, log: Log): BondColumns {
  const options = new Map(Object.entries(DEFAULTS));
  for (const [key, value] of pif.other_config) if (key.startsWith(PREFIX)) options.set(key.slice(PREFIX.length), value);
  const otherConfig = new Map<string, string>();
  const whole = (name: string): number | undefined => {
    const text = options.get(name) as string;
    options.delete(name);
    const value = /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : -1;
    if (value >= 0 && value <= MAX_INTEGER) return value;
    log.warn(`bridge ${bridge}: invalid bond-${name} ${JSON.stringify(text)}: it must be a whole number, 0 or more`);
    return undefined;
  };
  const upDelay = whole('updelay');
  const downDelay = whole('downdelay');
  const carrier = whole('use_carrier');
  const miimon = whole('miimon');
  if (carrier !== undefined) otherConfig.set('bond-detect-mode', carrier === 0 ? 'miimon' : 'carrier');
  if (miimon !== undefined) otherConfig.set('bond-miimon-interval', String(miimon));
  const mode = options.get('mode') as string;
  const hashing = options.get('hashing-algorithm') as string;
  options.delete('mode');
  options.delete('hashing-algorithm');
  for (const [name, value] of options) otherConfig.set(`${PREFIX}${name}`, value);
  return {
    ...(pif.MAC === '' ? {} : { mac: pif.MAC }),
    ...(upDelay === undefined ? {} : { upDelay }),
    ...(downDelay === undefined ? {} : { downDelay }),
    ...modeColumns(mode, hashing, bridge, log),
    otherConfig,
  };
}

function modeColumns(mode: string, hashing: string, bridge: string, log: Log): Pick<BondColumns, 'bondMode' | 'lacp'> {
  if (mode === 'lacp') {
    if (hashing === 'tcpudp_ports') return { lacp: 'active', bondMode: 'balance-tcp' };
    if (hashing !== 'src_mac') {
      log.warn(`bridge ${bridge}: invalid bond-hashing-algorithm ${JSON.stringify(hashing)}: src_mac is used`);
    }
    return { lacp: 'active', bondMode: 'balance-slb' };
  }
  if (mode === 'balance-slb' || mode === 'active-backup') return { lacp: 'off', bondMode: mode };
  log.warn(`bridge ${bridge}: invalid bond-mode ${JSON.stringify(mode)}: balance-slb is used`);
  return { lacp: 'off', bondMode: 'balance-slb' };
}
