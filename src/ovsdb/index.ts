/** A client of OVSDB servers (RFC 7047, ovsdb-server(7)): transactions, and replicas that stay true. */
export type { CallOptions } from '../base/deadline.js';
export type { ChangeBatch, ChangeStream } from './change-stream.js';
export {
  Client,
  type LockOptions,
  type MonitorOptions,
  type TransactionMessage,
  type TransactionResult,
  type TransactOptions,
} from './client.js';
export type { ClientOptions } from './client-options.js';
export type { ConnectionEvent, ConnectionOptions } from './connection/connection.js';
export type { ConnectionState } from './connection/machine.js';
export * from './errors.js';
export type { Lock } from './locks.js';
export type { Conditions, MonitorMethod } from './monitor.js';
export * from './operations.js';
export { defaultRemote, isPassive, parseRemote, parseRemotes, type Remote } from './remote.js';
export { type ChangeListener, Replica } from './replica.js';
export type { Row } from './row.js';
export {
  type BaseType,
  type ColumnSchema,
  type ColumnType,
  type DatabaseSchema,
  parseSchema,
  type TableSchema,
} from './schema.js';
export type { Selection, TableSelection } from './selection.js';
export { openRemote } from './stream/open.js';
export type { TlsOptions } from './stream/tls.js';
export type { RowChange, Table } from './table.js';
export type * from './table-types.js';
export { Database, defineDatabase } from './typed.js';
export { type Atom, isUuid, NamedUuid, type Value, type ValueInput } from './values.js';
export type { WaitOptions } from './watchers.js';
