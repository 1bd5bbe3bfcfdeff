import { type DatabaseSchema, tableSchema } from '../../ovsdb/schema.js';

/** Columns that grow with the switch or change all the time: read only when they are asked for by name. */
const heavy: Readonly<Record<string, readonly string[]>> = {
  Bridge: ['ports'],
  Interface: ['statistics'],
  Open_vSwitch: ['statistics'],
};

const cache = new WeakMap<object, readonly string[]>();

/** The columns of a row that are read together. */
export function lightColumns(schema: DatabaseSchema, table: string): readonly string[] {
  const described = tableSchema(schema, table);
  const known = cache.get(described);
  if (known) return known;
  const skip = heavy[table] ?? [];
  const columns = [...described.columns.keys()].filter((name) => name !== '_version' && !skip.includes(name));
  cache.set(described, columns);
  return columns;
}
