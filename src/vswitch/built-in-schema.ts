import { type DatabaseSchema, parseSchema } from '../ovsdb/schema.js';
import { schemaDocument } from './schema-document.js';

let parsed: DatabaseSchema | undefined;

/** The schema that ovs-vsctl 3.1 was built with. */
export function builtInSchema(): DatabaseSchema {
  parsed ??= parseSchema(JSON.parse(schemaDocument));
  return parsed;
}
