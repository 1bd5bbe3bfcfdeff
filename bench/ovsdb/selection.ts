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

export const PATIENT = { dumpTimeout: 600_000 } as const;
