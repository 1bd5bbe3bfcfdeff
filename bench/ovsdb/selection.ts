import type { Selection } from '../../src/ovsdb/index.js';

/** The indexes that a service needs: names come from the schema, these besides. */
const INDEXES: Record<string, readonly string[]> = {
  Bridge: ['ports'],
  Port: ['interfaces'],
  Interface: ['external_ids:iface-id'],
};

/** Every table with every column, as the IDL's `register_all`. */
export function everything(tables: Iterable<string>): Selection {
  return Object.fromEntries([...tables].map((table) => [table, { index: INDEXES[table] }]));
}

/** On a busy machine the server is silent for longer than the probe allows while it writes the dump of 100,000 rows. */
export const PATIENT = { probeInterval: 0, dumpTimeout: 600_000 } as const;
