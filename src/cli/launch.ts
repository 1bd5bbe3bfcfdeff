import { accessSync, closeSync, constants, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

/**
 * Runs a bundled CommonJS module out of V8's code cache. The first run that may write beside the module leaves the cache
 * there; nobody else can have put it there who could not have changed the module itself. V8 takes no cache of another
 * version or build of itself, and the bundle's name changes with its content.
 *
 * @param file path of the module.
 * @param scope what the module sees as `require`, `module` and so on, by name.
 */
export function launch(file: string, scope: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(scope);
  const cache = `${file}.${process.version}-${process.arch}.cache`;
  const source = `(function(${names.join(',')}){${readFileSync(file, 'latin1')}\n})`;
  const cachedData = readIfThere(cache);
  const script = new Script(source, { filename: file, ...(cachedData && { cachedData }) });
  // At the end, when what this command needs has been compiled.
  if (script.cachedDataRejected !== false) process.once('exit', () => save(script, cache));
  (script.runInThisContext() as (...values: unknown[]) => void)(...names.map((name) => scope[name]));
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Saves the cache, whole or not at all. A directory that is not ours to write stays without one. */
function save(script: Script, cache: string): void {
  const half = `${cache}.${process.pid}`;
  try {
    accessSync(dirname(cache), constants.W_OK);
    const file = openSync(half, 'wx', 0o644);
    writeSync(file, script.createCachedData());
    fsyncSync(file);
    closeSync(file);
    renameSync(half, cache);
  } catch {
    // The next run tries again.
  }
}
