import { type Driver, type Features, getDriver, getFeatures, getLink, type Link } from '../../netdev/index.js';
import { formatTable, type Io, printJson, printLine } from '../io.js';
import { UsageError } from '../usage.js';
import { parseDevice } from './arguments.js';
import { featureRows } from './features.js';
import { onOff, yesNo } from './format.js';

/** `ovskit netdev show DEV`. */
export async function show(argv: string[], io: Io): Promise<number> {
  const usage = 'ovskit netdev show DEV';
  const { json, device, settings } = parseDevice(argv, usage);
  if (settings) throw new UsageError(`say "${usage}"`);
  const shown: Shown = { ...getDriver(device), link: getLink(device), ...getFeatures(device) };
  if (json) printJson(io, { name: device, ...shown });
  else printLine(io, format(device, shown));
  return 0;
}

type Shown = Driver & { link: Link } & Features;

function format(device: string, { driver, ethtoolDriver, busInfo, link, features, vlanTx, vlanRx }: Shown): string {
  const detected = link.linkDetected === null ? 'unknown' : yesNo(link.linkDetected);
  return formatTable([
    ['device', device],
    ['driver', driver ?? ethtoolDriver ?? 'none'],
    ['bus', busInfo || 'none'],
    ['flags', link.flagNames.join(',')],
    ['up', yesNo(link.up)],
    ['carrier', yesNo(link.carrier)],
    ['link detected', detected],
    ['MTU', String(link.mtu)],
    ['MAC', link.mac ?? 'none'],
    ['VLAN offload', `tx ${onOff(vlanTx)}, rx ${onOff(vlanRx)}`],
    ...featureRows(features),
  ]);
}
