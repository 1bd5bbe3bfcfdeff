import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The nearest folder upwards that holds package.json: this file runs from dist/tools/vm. */
function findRoot(): string {
  let dir = import.meta.dirname;
  while (!existsSync(join(dir, 'package.json'))) dir = dirname(dir);
  return dir;
}

export const packageRoot = findRoot();

/** Where QEMU, the kernel and built modules are kept; `OVSKIT_VM_CACHE` moves it. About 700 MB. */
export function cacheDir(): string {
  return resolve(process.env.OVSKIT_VM_CACHE ?? join(packageRoot, '.setup', 'vm'));
}

/** The guest's init and its second half, both plain shell. */
export const initScript = join(packageRoot, 'tools', 'vm', 'guest-init.sh');
export const mainScript = join(packageRoot, 'tools', 'vm', 'guest-main.sh');
