import { readFileSync } from 'node:fs';
import { messageOf } from '../../base/errors.js';
import { RecordsError } from '../errors.js';
import { configPath } from '../files/paths.js';

/** What the configuration files of these devices hold, and which devices have an ifcfg file. @throws {RecordsError} */
export function gatherFiles(devices: Iterable<string>, rootPrefix = '') {
  const files = new Map<string, string>();
  const ifcfg = new Set<string>();
  for (const name of ['network', ...[...devices].flatMap((device) => [`ifcfg-${device}`, `route-${device}`])]) {
    const path = configPath(name, rootPrefix);
    const text = readIfThere(path);
    if (text === undefined) continue;
    files.set(name, text);
    if (name.startsWith('ifcfg-')) ifcfg.add(name.slice('ifcfg-'.length));
  }
  return { files, ifcfg };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new RecordsError(`can't read ${path}: ${messageOf(error)}`, { cause: error });
  }
}
