/**
 * A private Open vSwitch for tests, examples and trying things out.
 */
export type { Daemon } from './daemon.js';
export { SandboxError } from './errors.js';
export type { SandboxOptions, SandboxSettings } from './options.js';
export { Sandbox, startSandbox } from './sandbox.js';
