/** Open vSwitch from Node.js. */
import { Ovs, type OvsConnectOptions } from './vswitch/index.js';

export type { CallOptions } from './base/deadline.js';
export { AbortedError, InvalidArgumentError, OvskitError, TimeoutError } from './base/errors.js';
export { Ovs, type OvsConnectOptions } from './vswitch/index.js';

/**
 * Connects to an Open vSwitch and reads its configuration.
 *
 * @param remotes `unix:/var/run/openvswitch/db.sock` by default; see `Client.connect`, as for the options.
 */
export function connect(remotes?: string | readonly string[], options?: OvsConnectOptions): Promise<Ovs> {
  return Ovs.connect(remotes, options);
}
