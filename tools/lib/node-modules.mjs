// node_modules as package-lock.json says.
import { existsSync, rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { runStep } from './child.mjs';
import { SetupError } from './errors.mjs';
import { readIfThere } from './files.mjs';
import { inRoot } from './paths.mjs';

/**
 * Whether node_modules holds what package-lock.json names: npm records what it installed in
 * node_modules/.package-lock.json, written last. Optional packages of other platforms are absent from it.
 */
function nodeModulesMatch() {
  const locked = packagesOf(inRoot('package-lock.json'));
  if (!locked) throw new SetupError(`${inRoot('package-lock.json')} is missing or not JSON`);
  const installed = packagesOf(inRoot('node_modules', '.package-lock.json'));
  if (!installed) return false;
  return Object.entries(locked).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    if (!found) return entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity && existsSync(inRoot(path));
  });
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean }> | undefined}
 */
function packagesOf(file) {
  try {
    return JSON.parse(readIfThere(file) ?? '').packages;
  } catch {
    return undefined;
  }
}

/**
 * package-lock.json must have been made from package.json, or what is installed would not be what is locked.
 * @throws {SetupError}
 */
function checkLock() {
  const manifest = JSON.parse(readIfThere(inRoot('package.json')) ?? '{}');
  /** @type {any} */
  const locked = packagesOf(inRoot('package-lock.json'))?.[''] ?? {};
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    if (isDeepStrictEqual(manifest[kind] ?? {}, locked[kind] ?? {})) continue;
    throw new SetupError(`${kind} of package.json and of package-lock.json differ: run "npm install" and commit both`);
  }
}

/**
 * Installs what package-lock.json names, from nothing, as `npm ci` would. `npm ci` itself refuses a lock without entries
 * for the optional packages of other platforms, and a registry that lacks one of them can't provide them.
 * @param {(line: string) => void} say
 */
export async function installNodeModules(say) {
  if (nodeModulesMatch()) return;
  checkLock();
  say('installing npm packages');
  rmSync(inRoot('node_modules'), { recursive: true, force: true });
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  // The npm that runs us, if one does: there may be none on the PATH.
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('npm-cli.js')) await runStep('npm-install', process.execPath, [npm, ...args]);
  else await runStep('npm-install', 'npm', args);
  if (!nodeModulesMatch()) throw new SetupError('npm installed something else than package-lock.json names');
}
