import { existsSync, readFileSync } from 'node:fs';
import { configPath } from '../files/paths.js';

/** What the configuration files of these devices hold, and which devices have an ifcfg file. */
export function gatherFiles(devices: Iterable<string>, rootPrefix = '') {
  const files = new Map<string, string>();
  const ifcfg = new Set<string>();
  for (const name of ['network', ...[...devices].flatMap((device) => [`ifcfg-${device}`, `route-${device}`])]) {
    const path = configPath(name, rootPrefix);
    if (!existsSync(path)) continue;
    files.set(name, readFileSync(path, 'utf8'));
    if (name.startsWith('ifcfg-')) ifcfg.add(name.slice('ifcfg-'.length));
  }
  return { files, ifcfg };
}
