import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** The file itself where a path is a symbolic link to it; the path where there is no file. */
export async function fileOf(path: string): Promise<string> {
  return (await realpath(path).catch(unlessMissing)) ?? path;
}

/** For `catch`: a file that is not there is `undefined`. */
export function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/**
 * Puts a file in the place of another so that a crash leaves the old one or the new one: a temporary file, fsync(2),
 * rename(2), fsync(2) of the directory. A symbolic link stays, and the file that it leads to is replaced.
 *
 * @param mode just this one, whatever the umask; by default that of the file before, or of a new file.
 */
export async function replaceFile(link: string, text: string | Uint8Array, mode?: number): Promise<void> {
  const path = await fileOf(link);
  const wanted = mode ?? (await modeOf(path));
  // A hidden name: what a crash leaves is not taken for a file of its kind by who looks for all `ifcfg-*`.
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    await writeSynced(temporary, text, wanted);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(path);
}

async function modeOf(path: string): Promise<number | undefined> {
  const before = await stat(path).catch(unlessMissing);
  return before && before.mode & 0o7777;
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
