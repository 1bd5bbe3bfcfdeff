import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SandboxError } from './errors.js';

// Debian keeps the daemons in /usr/sbin, which is not on the PATH of ordinary users.
const SYSTEM_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The Debian package that brings each program. */
const PACKAGES = {
  'ovs-vsctl': 'openvswitch-switch',
  'ovs-vswitchd': 'openvswitch-switch',
  'ovsdb-server': 'openvswitch-switch',
  'ovsdb-tool': 'openvswitch-switch',
  mount: 'mount',
  setpriv: 'util-linux',
} as const;

/** A stock program that the sandbox runs. */
export type Program = keyof typeof PACKAGES;

/**
 * The full path of a stock program.
 * @throws {SandboxError} when it is not installed, naming the Debian package
 */
export function findProgram(name: Program): string {
  const directories = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_DIRECTORIES];
  for (const directory of directories) {
    if (directory === '') continue;
    const path = join(directory, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this directory.
    }
  }
  throw new SandboxError(`${name} is not installed: install the Debian package ${PACKAGES[name]}`);
}

/**
 * The schema file of the Open_vSwitch database, ovs-vswitchd.conf.db(5).
 * @throws {SandboxError} when it is not installed
 */
export function findSchema(): string {
  const directories = [process.env.OVS_PKGDATADIR, '/usr/share/openvswitch', '/usr/local/share/openvswitch'];
  for (const directory of directories) {
    if (directory && existsSync(join(directory, 'vswitch.ovsschema'))) return join(directory, 'vswitch.ovsschema');
  }
  throw new SandboxError('vswitch.ovsschema is not installed: install the Debian package openvswitch-switch');
}
