/** The network of a XenServer host: records of what it is to be, and what brings it up and down. */
export { attachedPifs, type Difference, diff } from './diff.js';
export * from './errors.js';
export type { BridgeFacts, Facts, InterfaceFacts, NetdevFacts, OffloadFacts, PortFacts, SwitchFacts } from './facts.js';
export { type FactsDocument, type GatherOptions, gatherFacts, parseFacts } from './gather/index.js';
export type { LogEntry } from './log.js';
export { type ManagementInterface, managementRecords } from './management.js';
export { type Action, type Planned, type PlanOptions, planReconfigure } from './plan.js';
export type { IpBackend } from './planner/ip.js';
export { plannedOn, type Reconfigured, type ReconfigureOptions, reconfigure } from './reconfigure.js';
export * from './records/index.js';
export { describePif, findPif, netdevName } from './relations.js';
