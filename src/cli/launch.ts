import { accessSync, constants, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

/**
 * Runs a bundled CommonJS module out of V8's code cache. The first run that may write beside the module leaves the cache
 * there; nobody else can have put it there who could not have changed the module itself. V8 takes no cache of another
 * version or build of itself, and the bundle's name changes with its content. What is spoilt, though, it dies of: so the
 * file has the cache twice over, which is sooner compared than anything is loaded that makes a checksum.
 *
 * @param file path of the module.
 * @param scope what the module sees as `require`, `module` and so on, by name.
 */
export function launch(file: string, scope: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(scope);
  const cache = `${file}.${process.version}-${process.arch}.cache`;
  const source = `(function(${names.join(',')}){${readFileSync(file, 'latin1')}\n})`;
  const cachedData = readIfWhole(cache);
  const script = new Script(source, { filename: file, ...(cachedData && { cachedData }) });
  // At the end, when what this command needs has been compiled.
  if (script.cachedDataRejected !== false) process.once('exit', () => save(script, cache));
  (script.runInThisContext() as (...values: unknown[]) => void)(...names.map((name) => scope[name]));
}

function readIfWhole(file: string): Buffer | undefined {
  try {
    const twice = readFileSync(file);
    const once = twice.subarray(0, twice.length / 2);
    return once.equals(twice.subarray(once.length)) ? once : undefined;
  } catch {
    return undefined;
  }
}

/** Saves the cache, whole or not at all. A directory that is not ours to write stays without one. */
function save(script: Script, cache: string): void {
  const half = `${cache}.${process.pid}`;
  try {
    accessSync(dirname(cache), constants.W_OK);
  } catch {
    return;
  }
  try {
    const data = script.createCachedData();
    writeFileSync(half, Buffer.concat([data, data]), { flag: 'wx', mode: 0o644, flush: true });
    renameSync(half, cache);
  } catch {
    // The next run tries again. A full disk must not fill up with halves.
    rmSync(half, { force: true });
  }
}
