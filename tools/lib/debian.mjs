// Debian packages unpacked into a directory: nothing is installed, and no package is run.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setupDirectory } from './paths.mjs';

const run = promisify(execFile);
/** Milliseconds for all of it. */
const TIMEOUT = 40_000;

/**
 * Puts what those of the packages hold that can be had into `.setup/NAME`, in the place of what was there.
 * @param {string} name
 * @param {string[]} packages not all of them have to be of this release of Debian
 * @returns {Promise<string | undefined>} why there is none of them
 */
export async function unpackPackages(name, packages) {
  mkdirSync(setupDirectory, { recursive: true });
  const work = mkdtempSync(join(setupDirectory, `${name}-`));
  const options = { cwd: work, signal: AbortSignal.timeout(TIMEOUT) };
  try {
    /** @type {unknown} */
    let last;
    for (const each of packages) {
      try {
        await run('apt-get', ['download', each], options);
      } catch (error) {
        last = error;
      }
    }
    const debs = readdirSync(work).filter((file) => file.endsWith('.deb'));
    if (debs.length === 0) throw last;
    for (const deb of debs) await run('dpkg', ['-x', deb, 'root'], options);
    const directory = join(setupDirectory, name);
    rmSync(directory, { recursive: true, force: true });
    renameSync(join(work, 'root'), directory);
    return undefined;
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return `${packages.join(', ')} can't be fetched: ${line}`;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
