/**
 * Commands in one wording, so that those of the originals (brctl, tee, old spellings of ip) and ours can be compared: each
 * command becomes what it does, as words, and what changes nothing becomes nothing.
 */
export interface Ran {
  readonly argv: readonly string[];
  readonly stdin?: string;
}

/** What each command of the originals' is in today's words. */
const TODAY: readonly [pattern: RegExp, today: (...groups: string[]) => string | string[]][] = [
  [/^brctl addbr (\S+)$/, (bridge) => `ip link add name ${bridge} type bridge`],
  [/^brctl setfd (\S+) (\d+)$/, (bridge, seconds) => `bridge ${bridge} forward_delay ${seconds}`],
  [/^brctl stp (\S+) off$/, (bridge) => `bridge ${bridge} stp_state 0`],
  [/^brctl addif (\S+) (\S+)$/, (bridge, port) => `ip link set ${port} master ${bridge}`],
  [/^brctl delif \S+ (\S+)$/, (port) => `ip link set ${port} nomaster`],
  [/^brctl delbr (\S+)$/, (bridge) => `ip link delete ${bridge}`],
  [/^tee \/sys\/class\/net\/(\S+)\/bridge\/multicast_snooping < 0$/, (bridge) => `bridge ${bridge} mcast_snooping 0`],
  [/^tee \/proc\/sys\/net\/ipv6\/conf\/(\S+)\/disable_ipv6 < (\d)$/, (device, value) => `ipv6 off ${device} ${value}`],
  [/^sysctl -w net\/ipv6\/conf\/(\S+)\/disable_ipv6=(\d)$/, (device, value) => `ipv6 off ${device} ${value}`],
  // Both ends are named alike; a tap is a link like others.
  [/^ip link add (\S+) type veth peer name (\S+)$/, (a, b) => `ip link add name ${a} type veth peer name ${b}`],
  [/^ip tuntap del (\S+) mode tap$/, (device) => `ip link delete ${device}`],
  // Reads, and nova's packet filter, which is no part of a plug here.
  [/^ip (route|addr) show .*$/, () => []],
  [/^iptables-(save|restore) .*$/, () => []],
  // The options of a bridge may be set as it is made.
  [
    /^ip link add name (\S+) type bridge (.+)$/,
    (bridge, options) => [
      `ip link add name ${bridge} type bridge`,
      ...(options?.match(/\S+ \S+/g) ?? []).map((option) => `bridge ${bridge} ${option}`),
    ],
  ],
];

/** Words that say what is so anyway, or say it otherwise. */
function plainWords(argv: readonly string[]): string {
  let words = [...argv];
  if (words[0] === 'ip' && ['link', 'tuntap'].includes(words[1] ?? '')) words = words.filter((word) => word !== 'dev');
  const text = words.join(' ');
  if (/^ip addr(ess)? (add|del)/.test(text)) {
    const short = text.replace('address', 'addr').replace(' delete ', ' del ').replace(' broadcast ', ' brd ');
    // An address is found by itself.
    return short.replace(/^(ip addr del \S+) .*dev (\S+)$/, '$1 dev $2');
  }
  if (/^ip route (add|del)/.test(text)) {
    return text
      .replace(' delete ', ' del ')
      .replace(/ dev \S+/, '')
      .replace(/ proto boot| scope global/g, '');
  }
  return text;
}

/** Subcommands of ovs-vsctl, each alone, with what it sets in order. */
function vsctl(argv: readonly string[]): string[] {
  const subcommands = argv
    .slice(1)
    .join('\u0000')
    .split('\u0000--\u0000')
    .map((text) =>
      text.split('\u0000').filter((word) => word !== '' && word !== '--' && !word.startsWith('--timeout')),
    );
  const plain = subcommands
    .filter((words) => words.length > 0)
    .map((words) => words.filter((word) => word !== '--if-exists' && word !== '--may-exist'));
  const added = new Set(plain.flatMap(([verb, , port]) => (verb === 'add-port' ? [port] : [])));
  return plain
    .filter(([verb, port]) => !(verb === 'del-port' && added.has(port)))
    .map((words) => {
      if (words[0] !== 'set') return `ovs-vsctl ${words.join(' ')}`;
      const columns = words.slice(3).map((word) => word.replace('external-ids', 'external_ids').replaceAll('"', ''));
      return `ovs-vsctl ${[...words.slice(0, 3), ...columns.sort()].join(' ')}`;
    });
}

function today({ argv, stdin }: Ran): string[] {
  if (argv[0] === 'ovs-vsctl') return vsctl(argv);
  const text = `${plainWords(argv)}${stdin === undefined ? '' : ` < ${stdin}`}`;
  for (const [pattern, wording] of TODAY) {
    const match = pattern.exec(text);
    if (match) return [wording(...match.slice(1))].flat();
  }
  return [text];
}

/** What the commands do, in order. */
export function effects(commands: readonly Ran[]): string[] {
  return commands.flatMap(today);
}
