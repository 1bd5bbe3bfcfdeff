import type { ExecutionContext } from 'ava';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js';

/** A private Open vSwitch that ends with the test `t`. */
export async function withSandbox(t: ExecutionContext<unknown>, options?: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  t.teardown(() => sandbox.stop());
  return sandbox;
}

/** The environment for stock tools that work on `sandbox`. */
export function inSandbox(sandbox: Sandbox): { env: NodeJS.ProcessEnv } {
  return { env: { ...process.env, ...sandbox.env } };
}
