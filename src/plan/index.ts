/** Plans: what a flow decides to do, as data that can be printed, explained, executed and undone. */
export type * from './changes/types.js';
export { Done, type ExecuteOptions, execute, type PlanResult, StepFailedError } from './execute.js';
export type { MoveAddressesStep } from './steps/addresses.js';
export type * from './steps/bridge.js';
export type * from './steps/create.js';
export type * from './steps/delete.js';
export type * from './steps/files.js';
export type * from './steps/flows.js';
export type { Command } from './steps/kind.js';
export type * from './steps/link.js';
export type * from './steps/nic.js';
export type { RunToolStep } from './steps/tool.js';
export type { TransactionStep } from './steps/transaction.js';
export type * from './steps/wait.js';
export { describeStep, explain, type Plan, type Step } from './steps.js';
export type { ToolCommand } from './tools/run.js';
