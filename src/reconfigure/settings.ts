import type { NetdevFacts, OffloadFacts } from './facts.js';
import type { Log } from './log.js';
import type { Network, OtherConfig, Pif, Records } from './records/index.js';
import { isBond, networkOf } from './relations.js';

const DEFAULT_MTU = '1500';
export const OFFLOADS = ['rx', 'tx', 'sg', 'tso', 'ufo', 'gso', 'gro', 'lro'] as const;
export type Offload = (typeof OFFLOADS)[number];
/** What a PIF's card is set to when its record is silent: both break bridging. */
const PIF_DEFAULTS: Readonly<Partial<Record<Offload, boolean>>> = { gro: false, lro: false };
const SPEEDS = ['10', '100', '1000'];
const DUPLEXES = ['half', 'full'] as const;
/** The workaround fails on these, or they don't need it. */
const NO_WORKAROUND = ['bonding'];

/** Bytes: what `other_config.mtu` says, else the network's; `undefined`, logged, for what is not a whole number. */
export function mtuOf(network: Network, of: 'PIF' | 'network', otherConfig: OtherConfig, log: Log): string | undefined {
  const override = otherConfig.get('mtu');
  const own = network.MTU ?? DEFAULT_MTU;
  if (override !== undefined)
    log.info(`MTU ${own} of bridge ${network.bridge} is overridden by the ${of}'s ${override}`);
  const mtu = override ?? own;
  if (/^\s*[+-]?\d+\s*$/.test(mtu)) return mtu;
  log.warn(`invalid mtu ${JSON.stringify(mtu)} of the ${of} on bridge ${network.bridge}: it is left as it is`);
  return undefined;
}

/** The MTU of a datapath's card: the bond's for its slaves, else its own. */
export function cardMtu(records: Records, datapath: Pif, card: Pif, log: Log): string | undefined {
  const bondMtu = isBond(datapath) ? mtuOf(networkOf(records, datapath), 'PIF', datapath.other_config, log) : undefined;
  return bondMtu ?? mtuOf(networkOf(records, card), 'PIF', card.other_config, log);
}

export interface LinkWishes {
  readonly speed?: number;
  readonly duplex?: 'half' | 'full';
  readonly autoneg?: boolean;
}

export interface EthtoolWishes {
  readonly link: LinkWishes;
  readonly offloads: Readonly<Partial<Record<Offload, boolean>>>;
}

/** What the `ethtool-` keys ask for; what is no setting is logged and left out. */
export function ethtoolWishes(otherConfig: OtherConfig, of: string, defaults: boolean, log: Log): EthtoolWishes {
  const invalid = (key: string, allowed: string) => {
    log.warn(`invalid ${key} ${JSON.stringify(otherConfig.get(key))} of ${of}: it must be ${allowed}`);
    return undefined;
  };
  const boolean = (key: string): boolean | undefined => {
    const value = otherConfig.get(key);
    if (value === undefined) return undefined;
    if (value === 'true' || value === 'on') return true;
    return value === 'false' || value === 'off' ? false : invalid(key, 'on, true, off or false');
  };
  const given = (key: string, allowed: readonly string[]): string | undefined => {
    const value = otherConfig.get(key);
    return value === undefined || allowed.includes(value) ? value : invalid(key, allowed.join(', '));
  };
  const speed = given('ethtool-speed', SPEEDS);
  const duplex = given('ethtool-duplex', DUPLEXES) as 'half' | 'full' | undefined;
  const autoneg = boolean('ethtool-autoneg');
  const offloads: Partial<Record<Offload, boolean>> = {};
  for (const name of OFFLOADS) {
    const key = `ethtool-${name}`;
    const wish = otherConfig.has(key) ? boolean(key) : defaults ? PIF_DEFAULTS[name] : undefined;
    if (wish !== undefined) offloads[name] = wish;
  }
  const link = {
    ...(speed === undefined ? {} : { speed: Number(speed) }),
    ...(duplex === undefined ? {} : { duplex }),
    ...(autoneg === undefined ? {} : { autoneg }),
  };
  return { link, offloads };
}

/** For a PIF's card, whose gro and lro are off unless its record says otherwise. */
export function cardWishes(card: Pif, log: Log): EthtoolWishes {
  return ethtoolWishes(card.other_config, card.device, true, log);
}

/** What of the wishes the device is not yet; all where that is not known. */
export function missingWishes(wishes: EthtoolWishes, facts: NetdevFacts | undefined): EthtoolWishes {
  const link = Object.entries(wishes.link).some(([key, value]) => facts?.[key as keyof LinkWishes] !== value)
    ? wishes.link
    : {};
  const offloads = Object.entries(wishes.offloads).filter(([name, on]) => !isAsWanted(facts?.offloads?.get(name), on));
  return { link, offloads: Object.fromEntries(offloads) };
}

/** What a device can't switch counts as it is: asking for it again and again would change nothing. */
function isAsWanted(facts: OffloadFacts | undefined, on: boolean): boolean {
  return facts !== undefined && (facts.state === on || !facts.switchable);
}

/** Whether XenServer's VLAN workaround is to be on for a card. */
export function wantsVlanWorkaround(card: Pif, facts: NetdevFacts | undefined): boolean {
  const said = card.other_config.get('vlan-bug-workaround');
  if (said !== undefined) return said === 'true';
  if (facts?.driver != null && NO_WORKAROUND.includes(facts.driver)) return false;
  return facts?.vlanAcceleration ?? false;
}
