import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CallOptions } from '../base/deadline.js';
import { InvalidArgumentError } from '../base/errors.js';

/** What `startSandbox` accepts; `timeout` defaults to 30 000 ms and covers the whole start. */
export interface SandboxOptions extends CallOptions {
  /** Keeps the run directory (database, logs) after the end. Default: false. */
  keep?: boolean | undefined;
  /** A directory to make and use; it must not exist. Default: a new one under `os.tmpdir()`. */
  runDirectory?: string | undefined;
  /** Whether ovs-vswitchd runs too. Default: true. */
  vswitchd?: boolean | undefined;
  /**
   * `private` moves the main thread of this process into a network namespace of its own, for good, and everything it
   * starts from then on; all sandboxes of a process share it, and it takes root. The machine's own run directory of Open
   * vSwitch, /var/run/openvswitch, is hidden there. `current` stays. Default: `private` for root, else `current`.
   */
  network?: 'private' | 'current' | undefined;
  /**
   * `netdev` is the datapath in user space, on real taps; this takes root. `dummy` replaces every datapath by one
   * without devices (`ovs-vswitchd --enable-dummy=override`). Default: `netdev` for root, else `dummy`.
   */
  datapath?: 'netdev' | 'dummy' | undefined;
}

/** `SandboxOptions` with every choice made. */
export interface SandboxSettings {
  keep: boolean;
  runDirectory: string;
  vswitchd: boolean;
  network: 'private' | 'current';
  datapath: 'netdev' | 'dummy';
}

/** `sockaddr_un.sun_path` holds 108 bytes with the final NUL, unix(7). */
const MAX_SOCKET_PATH = 107;

/** The longest socket name inside: the control socket with the largest process id of Linux (2^22). */
const LONGEST_SOCKET = 'ovs-vswitchd.4194304.ctl';

/**
 * Checks the options and fills in the defaults.
 * @throws {InvalidArgumentError} when a value is none of those allowed, or the sockets' paths would be too long
 */
export function settle(options: SandboxOptions): SandboxSettings {
  const root = process.geteuid?.() === 0;
  const network = options.network ?? (root ? 'private' : 'current');
  const datapath = options.datapath ?? (root ? 'netdev' : 'dummy');
  if (network !== 'private' && network !== 'current') {
    throw new InvalidArgumentError(`network must be 'private' or 'current', not '${String(network)}'`);
  }
  if (datapath !== 'netdev' && datapath !== 'dummy') {
    throw new InvalidArgumentError(`datapath must be 'netdev' or 'dummy', not '${String(datapath)}'`);
  }
  const chosen = options.runDirectory ?? join(tmpdir(), `ovskit-${randomBytes(8).toString('hex')}`);
  const runDirectory = resolve(chosen);
  const length = Buffer.byteLength(join(runDirectory, LONGEST_SOCKET));
  if (length > MAX_SOCKET_PATH) {
    const most = MAX_SOCKET_PATH - LONGEST_SOCKET.length - 1;
    throw new InvalidArgumentError(
      `run directory ${runDirectory}: its path has ${Buffer.byteLength(runDirectory)} bytes, ` +
        `but at most ${most} leave room for the names of sockets (unix(7)); choose a shorter one`,
    );
  }
  return { keep: options.keep ?? false, runDirectory, vswitchd: options.vswitchd ?? true, network, datapath };
}
