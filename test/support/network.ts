import { enterPrivateNetwork } from '../../src/netdev/index.js';

let entered = false;

/** Moves the main thread of this test file into a network namespace of its own, once; it vanishes with the process. */
export function privateNetwork(): void {
  if (entered) return;
  enterPrivateNetwork();
  entered = true;
}
