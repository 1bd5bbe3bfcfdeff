import { isAbsolute, join } from 'node:path';
import { runDirectory } from '../base/directories.js';
import { InvalidArgumentError } from '../base/errors.js';
import { show } from './port.js';

/**
 * The path of the socket that ovs-vswitchd serves a bridge's flows on.
 * @param bridge its name, or the path itself, with or without `unix:`.
 */
export function managementSocket(bridge: string, directory: string | undefined): string {
  if (typeof bridge !== 'string' || bridge === '' || bridge.includes('\0')) {
    throw new InvalidArgumentError(`the bridge must be its name or the path of its socket, not ${show(bridge)}`);
  }
  const path = bridge.startsWith('unix:') ? bridge.slice('unix:'.length) : bridge;
  if (isAbsolute(path) || path.includes('/')) return path;
  return join(directory ?? runDirectory(), `${path}.mgmt`);
}
