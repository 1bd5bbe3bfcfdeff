import { enterPrivateNetwork } from '../netdev/index.js';

let entered = false;

/**
 * Moves the main thread of this process into a network namespace of its own, unless this did so before: all sandboxes
 * of a process share it, and a device made between two of them stays in reach.
 * @throws {NetdevError} `ERR_NETDEV_PERMISSION` without CAP_SYS_ADMIN
 */
export function privateNetwork(): void {
  if (entered) return;
  enterPrivateNetwork();
  entered = true;
}
