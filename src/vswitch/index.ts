/** An Open vSwitch's configuration (ovs-vswitchd.conf.db(5)): bridges, ports, interfaces. */
export type { CommitMessage, Committed } from './committer/index.js';
export { type Configured, configure } from './configure.js';
export type { DraftRow } from './draft/index.js';
export * from './errors.js';
export { Ovs, type OvsConnectOptions, type OvsOptions, type SwitchTransactOptions } from './ovs.js';
export {
  type BridgeRow,
  type InterfaceRow,
  type OpenVswitchRow,
  OWNER_KEY,
  type PortRow,
  SwitchTables,
} from './rows.js';
export type {
  IpfixOptions,
  MirrorOptions,
  NetFlowOptions,
  QosOptions,
  QueueOptions,
  SflowOptions,
  SslFiles,
} from './switch/index.js';
export type { ColumnValues } from './table-transaction.js';
export { SwitchTransaction } from './transaction.js';
export type {
  AddBondOptions,
  AddBridgeOptions,
  AddPortOptions,
  DeletePortOptions,
  IfExists,
  InterfaceOptions,
  MayExist,
  SetInterfaceOptions,
} from './transaction-options.js';
