/** Open vSwitch from Node.js. */
import type { CallOptions } from './base/deadline.js';
import { Ovs } from './vswitch/index.js';

export type { CallOptions } from './base/deadline.js';
export { AbortedError, InvalidArgumentError, OvskitError, TimeoutError } from './base/errors.js';
export { Ovs } from './vswitch/index.js';

/**
 * Connects to an Open vSwitch and reads its configuration.
 *
 * @param remote `unix:/var/run/openvswitch/db.sock` by default.
 */
export function connect(remote?: string, options?: CallOptions): Promise<Ovs> {
  return Ovs.connect(remote, options);
}
