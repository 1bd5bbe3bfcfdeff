// The addon compiled in another way, in a directory of its own: with sanitizers, or counting what runs.
import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runStep } from './child.mjs';
import { hashOf, listFiles, readIfThere, writeWithDirectory } from './files.mjs';
import { withLock } from './lock.mjs';
import { headerPrefix } from './native.mjs';
import { inRoot, root, setupDirectory } from './paths.mjs';

/** @typedef {{ name: string, what: string, flags: Record<string, string> }} Variant */

/**
 * A directory that node-gyp takes for a package; its build/ is apart from ours. As OVSKIT_PREBUILD it is where node-gyp-build
 * looks first.
 * @param {Variant} variant
 */
export const variantDirectory = ({ name }) => inRoot(`build-${name}`);

/**
 * Compiles it when its sources changed; one process at a time.
 * @param {Variant} variant
 * @param {(line: string) => void} say
 */
export function buildVariant(variant, say) {
  return withLock(join(setupDirectory, variant.name), say, () => build(variant, say));
}

/**
 * @param {Variant} variant
 * @param {(line: string) => void} say
 */
async function build(variant, say) {
  const directory = variantDirectory(variant);
  const addon = join(directory, 'build', 'Release', 'ovskit.node');
  const stampFile = join(directory, 'build', '.stamp');
  const facts = [JSON.stringify(variant.flags), process.arch, headerPrefix() ?? process.version];
  const stamp = hashOf(root, [inRoot('binding.gyp'), ...listFiles(inRoot('native'))], facts);
  if (existsSync(addon) && readIfThere(stampFile) === stamp) return;
  say(`compiling the native addon ${variant.what}`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  for (const file of ['binding.gyp', 'package.json']) copyFileSync(inRoot(file), join(directory, file));
  for (const name of ['native', 'node_modules']) symlinkSync(inRoot(name), join(directory, name));
  const gyp = inRoot('node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const args = [gyp, 'rebuild', '--directory', directory, '--jobs', String(availableParallelism())];
  const prefix = headerPrefix();
  await runStep(variant.name, process.execPath, args, {
    ...variant.flags,
    ...(prefix ? { npm_config_nodedir: prefix } : {}),
  });
  writeWithDirectory(stampFile, stamp);
}
