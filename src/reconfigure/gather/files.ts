import { existsSync, readFileSync } from 'node:fs';
import { messageOf } from '../../base/errors.js';
import { RecordsError } from '../errors.js';
import { configPath } from '../files/paths.js';

/** What the configuration files of these devices hold, and which devices have an ifcfg file. @throws {RecordsError} */
export function gatherFiles(devices: Iterable<string>, rootPrefix = '') {
  const files = new Map<string, string>();
  const ifcfg = new Set<string>();
  for (const name of ['network', ...[...devices].flatMap((device) => [`ifcfg-${device}`, `route-${device}`])]) {
    const path = configPath(name, rootPrefix);
    if (!existsSync(path)) continue;
    try {
      files.set(name, readFileSync(path, 'utf8'));
    } catch (error) {
      throw new RecordsError(`can't read ${path}: ${messageOf(error)}`, { cause: error });
    }
    if (name.startsWith('ifcfg-')) ifcfg.add(name.slice('ifcfg-'.length));
  }
  return { files, ifcfg };
}
