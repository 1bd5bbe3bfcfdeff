/** What stock tools tell of a network namespace and a switch, without what differs between any two of them. */

// biome-ignore lint/suspicious/noExplicitAny: whatever the tools print
type Json = any;

/** One shell for all of it: each section begins with a line `## NAME`. @param devices whose offloads are told; shell patterns */
export function stateScript(devices: string): string {
  return `
echo '## links'; ip -json -details link show
echo; echo '## addresses'; ip -json address show
echo; echo '## routes'; ip -json route show table all
echo; echo '## routes6'; ip -json -6 route show table all
echo; echo '## ports'; bridge -json -details link show
echo; echo '## assign'; grep . /sys/class/net/*/addr_assign_type
echo '## ipv6'; grep . /proc/sys/net/ipv6/conf/*/disable_ipv6
cd /sys/class/net
for dev in ${devices}; do
  [ -e "$dev/ifindex" ] || continue
  echo "## device $dev"
  ethtool "$dev" 2>/dev/null | grep -E 'Speed|Duplex|Auto-neg'
  ethtool -k "$dev" 2>/dev/null | grep -v '^Features'
done
`;
}

/** Links by name: settings, addresses, routes, offloads. */
export function parseNetwork(printed: string, exact: boolean): Json {
  const sections = new Map(
    printed.split(/^## /m).map((text) => {
      const end = text.indexOf('\n');
      return [text.slice(0, end), text.slice(end + 1).trim()] as const;
    }),
  );
  const json = (name: string): Json[] =>
    JSON.parse(sections.get(name) || '[]').filter((each: Json) => Object.keys(each).length > 0);
  /** The line of a file in a device's directory. */
  const file = (section: string, device: string) =>
    sections
      .get(section)
      ?.split('\n')
      .find((text) => text.includes(`/${device}/`))
      ?.split(':')
      .at(-1);
  const devices = new Map(
    [...sections].flatMap(([name, text]) => (name.startsWith('device ') ? [[name.slice(7), text]] : [])),
  );
  const links = json('links')
    .filter(({ ifname }) => !OF_THE_SWITCH.test(ifname))
    .map((each) => ({
      ...link(each, file('assign', each.ifname), exact),
      ipv6: file('ipv6', each.ifname),
      offloads: (devices.get(each.ifname) ?? '').split('\n'),
    }));
  return {
    links: byName(links, 'ifname'),
    addresses: byName(
      json('addresses').map(({ ifname, addr_info = [] }) => ({ ifname, addr_info: addr_info.filter(isGlobal) })),
      'ifname',
    ),
    routes: [...json('routes'), ...json('routes6')].filter(isMade).map(lasting),
    ports: byName(
      json('ports').map(({ ifindex: _, state: __, flags: ___, ...port }) => port),
      'ifname',
    ),
  };
}

/** ovs-vswitchd's own devices of the userspace datapath. */
const OF_THE_SWITCH = /^ovs-(netdev|system)$/;

/** Those that say what a link is set to; the others say what came of it, sooner or later. */
const FLAGS = ['UP', 'PROMISC', 'ALLMULTI', 'NOARP', 'MULTICAST', 'BROADCAST', 'LOOPBACK'];

function link(each: Json, assigned: string | undefined, exact: boolean): Json {
  const { ifname, flags, mtu, master, address, promiscuity, group, txqlen, linkinfo, num_tx_queues } = each;
  // 3: somebody set it; otherwise the kernel made it up, or took it from another.
  const mac = exact || assigned === '3' ? address : 'whatever';
  return {
    ...{ ifname, mtu, master, mac, promiscuity, group, txqlen, num_tx_queues, link: each.link },
    flags: flags.filter((flag: string) => FLAGS.includes(flag)).sort(),
    linkinfo: linkinfo && { ...linkinfo, info_data: lasting(linkinfo.info_data ?? {}), info_slave_data: undefined },
  };
}

const isGlobal = ({ scope }: Json) => scope !== 'link';

const isMade = ({ type, dst, protocol }: Json) =>
  type === undefined && !dst?.startsWith('fe80') && protocol !== 'kernel';

/** Without timers and the numbers that a bridge makes from its address. */
function lasting(data: Json): Json {
  return Object.fromEntries(
    Object.entries(data).filter(
      ([key]) => !/timer|_id$|^bridge|^root|^flags$|time_|^ifindex/.test(key) || key === 'id',
    ),
  );
}

function byName(list: readonly Json[], key: string): Json {
  return Object.fromEntries([...list].sort((a, b) => (a[key] < b[key] ? -1 : 1)).map((each) => [each[key], each]));
}

/** What each switch finds out for itself, and numbers that count changes. */
const FOUND_OUT: Record<string, readonly string[]> = {
  Open_vSwitch: [
    'next_cfg',
    'cur_cfg',
    'ovs_version',
    'db_version',
    'system_type',
    'system_version',
    'external_ids',
    'dpdk_version',
    'dpdk_initialized',
    'datapath_types',
    'iface_types',
    'datapaths',
    'other_config',
  ],
  Bridge: ['datapath_version'],
  Port: ['bond_active_slave'],
  Interface: ['ofport'],
};

/** `ovsdb-client --format=json dump`, as a tree without uuids. `schema` is what `get-schema` printed. */
export function parseDatabase(dumped: string, schema: Json): Json {
  const rows = new Map<string, { table: string; row: Record<string, Json> }>();
  for (const text of dumped.trim().split('\n').filter(Boolean)) {
    const { caption, headings, data } = JSON.parse(text);
    const table = caption.replace(/ table$/, '');
    for (const cells of data) {
      const row = Object.fromEntries(headings.map((name: string, index: number) => [name, cells[index]]));
      rows.set(row._uuid[1], { table, row });
    }
  }
  const tree = (uuid: string): Json => {
    const found = rows.get(uuid);
    if (!found) return `no row ${uuid}`;
    const { table, row } = found;
    const columns = Object.entries(schema.tables[table].columns as Record<string, Json>).filter(
      ([name, { ephemeral }]) => !ephemeral && !FOUND_OUT[table]?.includes(name),
    );
    return { table, ...Object.fromEntries(columns.map(([name, { type }]) => [name, value(type, row[name])])) };
  };
  const value = (type: Json, cell: Json): Json => {
    const weak = type.key?.refType === 'weak';
    const named = ([, uuid]: Json) => (weak ? (rows.get(uuid)?.row.name ?? 'gone') : tree(uuid));
    const atom = (one: Json) => (Array.isArray(one) && one[0] === 'uuid' ? named(one) : one);
    if (!Array.isArray(cell)) return cell;
    if (cell[0] === 'uuid') return atom(cell);
    const members = cell[1].map((one: Json) => (cell[0] === 'map' ? one.map(atom) : atom(one)));
    return { [cell[0]]: sorted(members) };
  };
  const roots = [...rows].filter(([, { table }]) => schema.tables[table].isRoot).map(([uuid]) => tree(uuid));
  return sorted(roots);
}

function sorted(list: readonly Json[]): Json[] {
  const written = list.map((each) => [JSON.stringify(each), each] as const);
  return written.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, each]) => each);
}
