/** A client of OVSDB servers (RFC 7047, ovsdb-server(7)): transactions, and replicas that stay true. */
export type { CallOptions } from '../base/deadline.js';
export { Client, type TransactionResult } from './client.js';
export * from './errors.js';
export * from './operations.js';
export { DEFAULT_REMOTE } from './remote.js';
export { type ChangeListener, Replica, type Selection, type TableSelection } from './replica.js';
export type { Row } from './row.js';
export {
  type BaseType,
  type ColumnSchema,
  type ColumnType,
  type DatabaseSchema,
  parseSchema,
  type TableSchema,
} from './schema.js';
export type { RowChange, Table } from './table.js';
export type * from './table-types.js';
export { Database, defineDatabase } from './typed.js';
export { type Atom, isUuid, NamedUuid, type Value, type ValueInput } from './values.js';
