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

const EMPTY_SET = ['set', []];
const EMPTY_MAP = ['map', []];

/** The reply to a `monitor_cond_since` of Port and Interface (ovsdb-server(7) section 4.1.15), at least `size` bytes. */
export function monitorReply(size: number): Buffer {
  const next = random(7);
  const hex = (digits: number) => Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join('');
  const uuid = () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  const ports: Record<string, unknown> = {};
  const interfaces: Record<string, unknown> = {};
  let bytes = 0;
  for (let i = 0; bytes < size; i++) {
    const port = uuid();
    const iface = uuid();
    const mac = `fa:16:3e:${hex(2)}:${hex(2)}:${hex(2)}`;
    ports[port] = {
      initial: {
        name: `tap${hex(8)}-${hex(2)}`,
        interfaces: ['uuid', iface],
        tag: i % 4095,
        trunks: EMPTY_SET,
        external_ids: EMPTY_MAP,
      },
    };
    interfaces[iface] = {
      initial: {
        name: `tap${hex(8)}-${hex(2)}`,
        type: '',
        ofport: i + 1,
        error: EMPTY_SET,
        mac_in_use: mac,
        admin_state: 'up',
        link_state: 'up',
        mtu: 1500,
        external_ids: [
          'map',
          [
            ['attached-mac', mac],
            ['iface-id', uuid()],
            ['iface-status', 'active'],
            ['vm-uuid', uuid()],
          ],
        ],
        other_config: EMPTY_MAP,
        status: [
          'map',
          [
            ['driver_name', 'tun'],
            ['driver_version', '1.6'],
            ['firmware_version', ''],
          ],
        ],
        statistics: [
          'map',
          [
            ['collisions', 0],
            ['rx_bytes', Math.floor(next() * 1e12)],
            ['rx_packets', Math.floor(next() * 1e9)],
            ['tx_bytes', Math.floor(next() * 1e12)],
            ['tx_packets', Math.floor(next() * 1e9)],
          ],
        ],
      },
    };
    bytes += JSON.stringify(ports[port]).length + JSON.stringify(interfaces[iface]).length + 2 * 39;
  }
  const tables = { Port: ports, Interface: interfaces };
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
