import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { promisify } from 'node:util';
import { messageOf } from '../base/errors.js';
import { enterPrivateNetwork } from '../netdev/index.js';
import { SandboxError } from './errors.js';
import { findProgram } from './programs.js';

/** Where the machine's own Open vSwitch has its sockets, whatever the environment says. */
const MACHINES = '/var/run/openvswitch';

let entered: Promise<void> | undefined;

/**
 * Moves the main thread of this process into a network namespace of its own, unless this did so before: all sandboxes
 * of a process share it, and a device made between two of them stays in reach. Its mount namespace hides the machine's
 * own switch: a program that does not look at its environment finds none, rather than the wrong one.
 * @throws {NetdevError} `ERR_NETDEV_PERMISSION` without CAP_SYS_ADMIN
 * @throws {SandboxError} when the machine's own switch could not be hidden
 */
export function privateNetwork(runDirectory: string): Promise<void> {
  entered ??= enter(runDirectory).catch((error: unknown) => {
    entered = undefined;
    throw error;
  });
  return entered;
}

async function enter(runDirectory: string): Promise<void> {
  const mount = findProgram('mount');
  enterPrivateNetwork();
  if (!existsSync(MACHINES) || `${realpathSync(runDirectory)}/`.startsWith(`${realpathSync(MACHINES)}/`)) return;
  try {
    await promisify(execFile)(mount, ['-t', 'tmpfs', '-o', 'ro,mode=755', 'tmpfs', MACHINES]);
  } catch (cause) {
    throw new SandboxError(`cannot hide ${MACHINES}: ${messageOf(cause)}`, { cause });
  }
}
