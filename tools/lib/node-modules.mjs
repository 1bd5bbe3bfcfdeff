// node_modules as package-lock.json says.
import { existsSync } from 'node:fs';
import { runStep } from './child.mjs';
import { SetupError } from './errors.mjs';
import { readIfThere } from './files.mjs';
import { inRoot } from './paths.mjs';

/**
 * Whether node_modules holds what package-lock.json names: npm records what it installed in
 * node_modules/.package-lock.json, written last. Optional packages of other platforms are absent from it.
 */
export function nodeModulesMatch() {
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

/** @param {(line: string) => void} say */
export async function installNodeModules(say) {
  if (nodeModulesMatch()) return;
  say('installing npm packages');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  // The npm that runs us, if one does: there may be none on the PATH.
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('npm-cli.js')) await runStep('npm-ci', process.execPath, [npm, ...args]);
  else await runStep('npm-ci', 'npm', args);
}
