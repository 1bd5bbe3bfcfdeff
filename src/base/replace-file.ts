import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Puts a file in the place of another so that a crash leaves the old one or the new one: a temporary file, fsync(2),
 * rename(2), fsync(2) of the directory.
 */
export async function replaceFile(path: string, text: string, mode = 0o644): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
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
async function writeSynced(path: string, text: string, mode = 0o644): Promise<void> {
  await using file = await open(path, 'w', mode);
  await file.writeFile(text);
  await file.sync();
}

/** Makes sure that what happened to a name is on the disk. */
export async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(dirname(path));
  await directory.sync();
}
