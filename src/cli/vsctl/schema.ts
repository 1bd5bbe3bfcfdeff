import { type BaseType, type DatabaseSchema, parseSchema } from '../../ovsdb/schema.js';
import { schemaDocument } from '../../vswitch/schema-document.js';

let parsed: DatabaseSchema | undefined;

/** The schema that ovs-vsctl 3.1 was built with. */
export function builtInSchema(): DatabaseSchema {
  parsed ??= parseSchema(JSON.parse(schemaDocument));
  return parsed;
}

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
