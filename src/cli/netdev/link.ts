import {
  type Duplex,
  getLink,
  getLinkSettings,
  getSysfsFacts,
  isNoDevice,
  type Link,
  type LinkSettings,
  type LinkSettingsOptions,
  type SysfsFacts,
  setLinkDown,
  setLinkSettings,
  setLinkUp,
  setMac,
  setMtu,
} from '../../netdev/index.js';
import { formatTable, type Io, printJson, printLine } from '../io.js';
import { UsageError } from '../usage.js';
import { parseDevice, parseNumber, parseOnOff } from './arguments.js';
import { yesNo } from './format.js';

const USAGE =
  'ovskit netdev link DEV [set up|down|mtu BYTES|mac ADDRESS|speed MBITS|duplex half|full|autoneg on|off ...]';

/** `ovskit netdev link`: shows the link, after it was set when that is asked for. */
export async function link(argv: string[], io: Io): Promise<number> {
  const { json, device, settings } = parseDevice(argv, USAGE);
  if (settings) await apply(device, parseChanges(settings));
  const link = getLink(device);
  const negotiated = getLinkSettings(device);
  if (json) {
    printJson(io, { ...link, settings: negotiated, sysfs: sysfsOf(device) });
  } else {
    printLine(io, format(link, negotiated));
  }
  return 0;
}

/** Null where /sys shows another network namespace, as after `unshare --net`. */
function sysfsOf(device: string): SysfsFacts | null {
  try {
    return getSysfsFacts(device);
  } catch (error) {
    if (isNoDevice(error)) return null;
    throw error;
  }
}

interface Changes {
  up?: boolean;
  mtu?: number;
  mac?: string;
  settings: LinkSettingsOptions;
}

/** All is read before anything is changed. */
function parseChanges(words: string[]): Changes {
  const changes: Changes = { settings: {} };
  const rest = [...words];
  const given = new Set<string>();
  for (let what = rest.shift(); what !== undefined; what = rest.shift()) {
    const setting = what === 'down' ? 'up' : what;
    if (given.has(setting)) throw new UsageError(`${what === setting ? what : 'up or down'} is given twice`);
    given.add(setting);
    if (what === 'up' || what === 'down') changes.up = what === 'up';
    else if (what === 'mtu') changes.mtu = parseNumber('mtu', rest.shift());
    else if (what === 'mac') changes.mac = parseText('mac', rest.shift());
    else if (what === 'speed') changes.settings.speed = parseNumber('speed', rest.shift());
    else if (what === 'duplex') changes.settings.duplex = parseDuplex(rest.shift());
    else if (what === 'autoneg') changes.settings.autoneg = parseOnOff('autoneg', rest.shift());
    else throw new UsageError(`there is no "${what}" to set; say "${USAGE}"`);
  }
  return changes;
}

function parseText(name: string, text: string | undefined): string {
  if (text === undefined) throw new UsageError(`${name} takes an address, not nothing`);
  return text;
}

function parseDuplex(text: string | undefined): Duplex {
  if (text !== 'half' && text !== 'full') throw new UsageError(`duplex takes half or full, not ${text ?? 'nothing'}`);
  return text;
}

/** Down goes first and up last: some settings take a link that is down. */
async function apply(device: string, { up, mtu, mac, settings }: Changes): Promise<void> {
  if (up === false) await setLinkDown(device);
  if (mac !== undefined) await setMac(device, mac);
  if (mtu !== undefined) await setMtu(device, mtu);
  if (Object.keys(settings).length > 0) await setLinkSettings(device, settings);
  if (up === true) await setLinkUp(device);
}

function format(link: Link, settings: LinkSettings | null): string {
  const rows = [
    ['device', link.name],
    ['flags', link.flagNames.join(',')],
    ['up', yesNo(link.up)],
    ['carrier', yesNo(link.carrier)],
    ['MTU', String(link.mtu)],
    ['MAC', link.mac ?? 'none'],
  ];
  if (settings) {
    rows.push(
      ['speed', settings.speed === null ? 'unknown' : `${settings.speed} Mb/s`],
      ['duplex', settings.duplex ?? 'unknown'],
      ['autoneg', settings.autoneg ? 'on' : 'off'],
      ['port', settings.port],
      ['supported', settings.supported.join(' ') || 'none'],
      ['advertised', settings.advertised.join(' ') || 'none'],
    );
  }
  return formatTable(rows);
}
