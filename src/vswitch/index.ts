/** An Open vSwitch's configuration (ovs-vswitchd.conf.db(5)): bridges, ports, interfaces. */
export { type ColumnValues, Configuration } from './configuration.js';
export { type Configured, configure } from './configure.js';
export * from './errors.js';
export { type Committed, Ovs, type SwitchTransactOptions } from './ovs.js';
export { type BridgeRow, type InterfaceRow, type OpenVswitchRow, type PortRow, SwitchTables } from './rows.js';
export {
  type AddBridgeOptions,
  type AddPortOptions,
  type InterfaceOptions,
  type SetInterfaceOptions,
  SwitchTransaction,
} from './transaction.js';
