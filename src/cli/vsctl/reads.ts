import type { DatabaseSchema } from '../../ovsdb/schema.js';
import { lightColumns, type Read } from '../../vswitch/draft/index.js';

const byName = (schema: DatabaseSchema, table: string, name: string): Read => ({
  table,
  where: [['name', '==', name]],
  columns: lightColumns(schema, table),
});

/** The switch's own row, which says which bridges are attached. */
export function rootRead(schema: DatabaseSchema): Read {
  return { table: 'Open_vSwitch', where: [], columns: lightColumns(schema, 'Open_vSwitch') };
}

/** What finding a bridge reads. */
export function bridgeReads(schema: DatabaseSchema, name: string): Read[] {
  return [rootRead(schema), byName(schema, 'Bridge', name)];
}

/** What finding a port reads. */
export function portReads(schema: DatabaseSchema, name: string): Read[] {
  return [rootRead(schema), byName(schema, 'Port', name)];
}

/** What tells whether a name is free. */
export function nameReads(schema: DatabaseSchema, name: string): Read[] {
  return [...bridgeReads(schema, name), byName(schema, 'Port', name), byName(schema, 'Interface', name)];
}
