import { InvalidArgumentError } from '../base/errors.js';
import { show } from './name.js';

/** Where sysfs is. */
export interface SysfsOptions {
  /** A directory that holds `sys/class/net`, read instead of the real one: for tests, and for a host seen from outside. */
  root?: string | undefined;
}

/** @throws {InvalidArgumentError} for what is no path */
export function checkRoot({ root }: SysfsOptions): string | undefined {
  if (root === undefined) return undefined;
  if (typeof root !== 'string' || root === '' || root.includes('\0')) {
    throw new InvalidArgumentError(`root must be the path of a directory, not ${show(String(root))}`);
  }
  return root;
}
