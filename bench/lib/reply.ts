/**
 * Replies as ovsdb-server writes them, made without a server so that every run has the same bytes.
 */

/** A generator of numbers in [0, 1) that gives the same ones in every run (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The counters of a tap, in ovs-vswitchd's order. */
const COUNTERS =
  'collisions rx_bytes rx_crc_err rx_dropped rx_errors rx_frame_err rx_missed_errors rx_multicast_packets rx_over_err rx_packets tx_bytes tx_dropped tx_errors tx_packets'.split(
    ' ',
  );

/**
 * The reply to a `monitor_cond_since` of all columns of Port and Interface, at least `size` bytes: rows of taps as
 * ovs-vswitchd 3.1 fills them, without the columns that hold their default (ovsdb-server(7) section 4.1.13).
 */
export function monitorReply(size: number): Buffer {
  const next = random(7);
  const hex = (digits: number) => Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join('');
  const uuid = () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  const count = (name: string) =>
    Math.floor(next() * (name.endsWith('bytes') ? 1e12 : name.endsWith('packets') ? 1e9 : 0));
  const ports: Record<string, unknown> = {};
  const interfaces: Record<string, unknown> = {};
  let bytes = 0;
  for (let i = 0; bytes < size; i++) {
    const port = uuid();
    const iface = uuid();
    const id = uuid();
    const name = `tap${id.slice(0, 11)}`;
    const mac = `fa:16:3e:${hex(2)}:${hex(2)}:${hex(2)}`;
    ports[port] = { initial: { _version: ['uuid', uuid()], interfaces: ['uuid', iface], name, tag: i % 4095 } };
    interfaces[iface] = {
      initial: {
        _version: ['uuid', uuid()],
        admin_state: 'up',
        duplex: 'full',
        external_ids: [
          'map',
          [
            ['attached-mac', mac],
            ['iface-id', id],
            ['iface-status', 'active'],
            ['vm-uuid', uuid()],
          ],
        ],
        ifindex: i + 5,
        link_resets: 1,
        link_speed: 10_000_000_000,
        link_state: 'up',
        mac_in_use: mac.replace('fa', 'fe'),
        mtu: 1500,
        name,
        ofport: i + 1,
        statistics: ['map', COUNTERS.map((counter) => [counter, count(counter)])],
        status: [
          'map',
          [
            ['driver_name', 'tun'],
            ['driver_version', '1.6'],
            ['firmware_version', ''],
          ],
        ],
      },
    };
    bytes += JSON.stringify(ports[port]).length + JSON.stringify(interfaces[iface]).length + 2 * 39;
  }
  const tables = { Interface: interfaces, Port: ports };
  return Buffer.from(JSON.stringify({ id: 1, result: [false, uuid(), tables], error: null }));
}

/** `count` replies to small transactions, back to back. */
export function smallReplies(count: number): Buffer {
  const replies = Array.from({ length: count }, (_, id) =>
    JSON.stringify({
      id,
      result: [{ uuid: ['uuid', `0d0a7a3e-5cf5-4a3c-9a41-${String(id).padStart(12, '0')}`] }, { count: 1 }, {}],
      error: null,
    }),
  );
  return Buffer.from(replies.join(''));
}

/** The bytes cut into chunks of one size, as a socket would deliver them. */
export function chunksOf(bytes: Buffer, size: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let i = 0; i < bytes.length; i += size) chunks.push(bytes.subarray(i, i + size));
  return chunks;
}
