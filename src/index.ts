/** Open vSwitch from Node.js. */
import { Ovs, type OvsConnectOptions } from './vswitch/index.js';

export type { CallOptions } from './base/deadline.js';
export { AbortedError, InvalidArgumentError, OvskitError, TimeoutError } from './base/errors.js';
export { Ovs, type OvsConnectOptions } from './vswitch/index.js';

/**
 * Connects to an Open vSwitch and reads its configuration.
 *
 * @param remotes `$OVSKIT_REMOTE` by default, else `db.sock` in `$OVS_RUNDIR`, else `unix:/var/run/openvswitch/db.sock`; see
 *   `Client.connect`, as for the options.
 */
export function connect(remotes?: string | readonly string[], options?: OvsConnectOptions): Promise<Ovs> {
  return Ovs.connect(remotes, options);
}
