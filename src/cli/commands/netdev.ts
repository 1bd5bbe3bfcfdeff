import type { Io } from '../io.js';
import { verbError } from '../usage.js';

export const netdevHelp = `ovskit netdev list [--json]
ovskit netdev show DEV [--json]
ovskit netdev features DEV [--json]
ovskit netdev features DEV set NAME on|off [NAME on|off ...] [--json]
ovskit netdev link DEV [--json]
ovskit netdev link DEV set WHAT ... [--json]
ovskit netdev watch [--json]

list       all network devices, one line each
show       a device's driver, link and features, as "ethtool -i", "ip link show" and "ethtool -k" do
features   its offloads; "set" switches them as "ethtool -K": rx tx sg tso ufo gso gro lro rxvlan txvlan ntuple
           rxhash, or any name that "features" prints. What could not be changed is told on standard error.
link       its link and what it negotiates. "set" takes, in any order:
             up | down
             mtu BYTES
             mac ADDRESS
             speed MBITS | duplex half|full | autoneg on|off
watch      links and addresses, and each change to them as it comes, until Ctrl-C

--json prints JSON; watch prints one object a line.
`;

type Verb = (argv: string[], io: Io) => Promise<number>;

const verbs: Record<string, () => Promise<Verb>> = {
  list: async () => (await import('../netdev/list.js')).list,
  show: async () => (await import('../netdev/show.js')).show,
  features: async () => (await import('../netdev/features.js')).features,
  link: async () => (await import('../netdev/link.js')).link,
  watch: async () => (await import('../netdev/watch.js')).watch,
};

/** `ovskit netdev`. @returns the exit status. */
export async function netdevCommand(argv: string[], io: Io): Promise<number> {
  const at = argv.findIndex((word) => !word.startsWith('-'));
  const verb = argv[at];
  const load = verb !== undefined && Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!load) throw verbError('netdev', verb, Object.keys(verbs));
  const run = await load();
  return run(argv.toSpliced(at, 1), io);
}
