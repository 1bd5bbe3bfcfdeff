/** floor.c as one who plugs: taps by ioctl, ready-made transactions, ofports from a monitor whose text is only searched. */
import { join } from 'node:path';
import { Client, mutate, type Operation, select } from '../../src/ovsdb/index.js';
import { encodeOperation } from '../../src/ovsdb/operations.js';
import type { Sandbox } from '../../src/sandbox/index.js';
import { plugs, type Switch } from '../commit/operations.js';
import { buildFloor, type FloorVifs, floorVifs } from '../ovsdb/floor.js';
import { BRIDGE, type Plugs } from './contestants.js';

/** Changed ofports of interfaces, and nothing else. */
const MONITOR = {
  id: 'monitor',
  method: 'monitor_cond',
  params: [
    'Open_vSwitch',
    'floor',
    {
      Interface: [{ columns: ['ofport'], select: { initial: false, insert: false, delete: false, modify: true } }],
    },
  ],
};

function unplugs({ root, bridge }: Switch, ports: readonly string[]): Operation[] {
  return [
    mutate('Bridge', [['_uuid', '==', bridge]], [['ports', 'delete', ports]]),
    mutate('Open_vSwitch', [['_uuid', '==', root]], [['next_cfg', '+=', 1]]),
    select('Open_vSwitch', [['_uuid', '==', root]], ['next_cfg']),
  ];
}

/** As many VIFs a transaction as there are callers, and the next when all of them are there. */
export async function cFloor(sandbox: Sandbox): Promise<Plugs> {
  buildFloor();
  // Without a replica: its updates would be work for the process that ours is measured in.
  const client = await Client.connect(sandbox.remote);
  const schema = await client.getSchema('Open_vSwitch');
  const uuids = async (table: string, key: string): Promise<Map<string, string>> => {
    const [{ rows }] = await client.transact('Open_vSwitch', [select(table, [], ['_uuid', key])]);
    return new Map(rows.map((row) => [String(row[key]), row._uuid as string]));
  };
  const [root] = (await uuids('Open_vSwitch', 'next_cfg')).values();
  const bridge = (await uuids('Bridge', 'name')).get(BRIDGE);
  if (!root || !bridge) throw new Error(`there is no bridge ${BRIDGE}`);
  const ids: Switch = { root, bridge };

  return {
    name: 'floor.c',
    async run({ op, first, count, callers }) {
      const ports = op === 'plug' ? undefined : await uuids('Port', 'name');
      const vifs: FloorVifs[] = [];
      for (let from = first; from < first + count; from += callers) {
        const many = Math.min(callers, first + count - from);
        const taps = Array.from({ length: many }, (_, i) => `f${from + i}`);
        const operations = ports
          ? unplugs(
              ids,
              taps.map((tap) => ports.get(tap)!),
            )
          : plugs(ids, taps);
        const params = ['Open_vSwitch', ...operations.map((operation) => encodeOperation(schema, operation))];
        vifs.push({ taps, request: { id: from, method: 'transact', params } });
      }
      const file = join(sandbox.runDirectory, 'vifs');
      return floorVifs(sandbox.remote, vifs, ports ? undefined : MONITOR, file);
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}
