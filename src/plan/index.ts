/** Plans: what a flow decides to do, as data that can be printed, explained, executed and undone. */
export { execute, type PlanResult, StepFailedError } from './execute.js';
export { type Command, explain } from './explain.js';
export { type Change, describeStep, type Plan, type Step } from './steps.js';
