import { join } from 'node:path';

/** Where Red Hat's network scripts look for a configuration file. */
export function configDirectory(name: string): string {
  return name === 'network' ? '/etc/sysconfig' : '/etc/sysconfig/network-scripts';
}

export function configPath(name: string, rootPrefix = ''): string {
  return join(rootPrefix, configDirectory(name), name);
}
