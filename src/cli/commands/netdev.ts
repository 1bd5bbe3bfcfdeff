import {
  checkDeviceName,
  type Driver,
  type Features,
  getDriver,
  getFeatures,
  getLink,
  type Link,
} from '../../netdev/index.js';
import { formatTable, type Io, printJson, printLine } from '../io.js';
import { parseArguments, UsageError } from '../usage.js';

export const netdevHelp = `ovskit netdev show DEV [--json]

Shows a network device's driver, link and features, as "ethtool -i", "ip link show" and "ethtool -k" do.
`;

/** `ovskit netdev`. @returns the exit status. */
export async function netdevCommand(argv: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments({
    args: argv,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const [verb, device, ...rest] = positionals;
  if (verb !== 'show' || device === undefined || rest.length > 0) throw new UsageError('say "ovskit netdev show DEV"');
  checkDeviceName(device);
  const shown: Shown = { ...getDriver(device), link: getLink(device), ...getFeatures(device) };
  if (values.json) printJson(io, { name: device, ...shown });
  else printLine(io, format(device, shown));
  return 0;
}

type Shown = Driver & { link: Link } & Features;

function format(device: string, { driver, ethtoolDriver, busInfo, link, features, vlanTx, vlanRx }: Shown): string {
  const detected = link.linkDetected === null ? 'unknown' : yesNo(link.linkDetected);
  const rows = [
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
    ...Object.entries(features).map(([name, { active, available }]) => [
      name,
      `${onOff(active)}${available ? '' : ' [fixed]'}`,
    ]),
  ];
  return formatTable(rows);
}

const yesNo = (value: boolean) => (value ? 'yes' : 'no');
const onOff = (value: boolean) => (value ? 'on' : 'off');
