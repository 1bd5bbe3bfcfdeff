import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Puts a file in the place of another so that a crash leaves the old one or the new one: a temporary file, fsync(2),
 * rename(2), fsync(2) of the directory.
 *
 * @param mode just this one, whatever the umask; without it, that of a new file.
 */
export async function replaceFile(path: string, text: string | Uint8Array, mode?: number): Promise<void> {
  // A hidden name: what a crash leaves is not taken for a file of its kind by who looks for all `ifcfg-*`.
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    await writeSynced(temporary, text, mode);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(path);
}

/** Writes a file of which the disk has every byte when this ends. */
async function writeSynced(path: string, text: string | Uint8Array, mode: number | undefined): Promise<void> {
  await rm(path, { force: true });
  // Never into what somebody else put at that name meanwhile, such as a link to another file.
  await using file = await open(path, 'wx', mode ?? 0o644);
  if (mode !== undefined) await file.chmod(mode);
  await file.writeFile(text);
  await file.sync();
}

/** Makes sure that what happened to a name is on the disk. */
export async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(dirname(path));
  await directory.sync();
}
