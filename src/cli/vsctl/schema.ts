import type { BaseType, DatabaseSchema } from '../../ovsdb/schema.js';

/** The same tables and columns, each of its plain type. */
export function withoutConstraints(schema: DatabaseSchema): DatabaseSchema {
  const plain = ({ type }: BaseType): BaseType => ({ type });
  const tables = [...schema.tables].map(([name, table]) => {
    const columns = [...table.columns].map(([column, described]) => {
      const { key, value, min, max } = described.type;
      return [column, { ...described, type: { key: plain(key), value: value && plain(value), min, max } }] as const;
    });
    return [name, { ...table, columns: new Map(columns) }] as const;
  });
  return { ...schema, tables: new Map(tables) };
}
