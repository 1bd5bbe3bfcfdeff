import { checkDeviceName, getDriver, getFeatures, getLink } from '../../netdev/index.js';
import { type Io, printJson, printLine } from '../io.js';
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
  const facts = { name: device, driver: getDriver(device), link: getLink(device), features: getFeatures(device) };
  if (values.json) {
    printJson(io, facts);
    return 0;
  }
  printLine(io, JSON.stringify(facts));
  return 0;
}
