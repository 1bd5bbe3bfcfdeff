// The native addon, compiled by node-gyp when its sources changed.
import { existsSync, realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { runStep } from './child.mjs';
import { hashOf, listFiles, readIfThere, writeWithDirectory } from './files.mjs';
import { inRoot, root } from './paths.mjs';

/** Removed together with the build. */
const STAMP = inRoot('build', '.setup-stamp');

/** The prefix whose include/node holds the headers, so that node-gyp need not download them. */
export function headerPrefix() {
  const prefixes = [process.env.npm_config_nodedir, dirname(dirname(realpathSync(process.execPath))), '/usr'];
  return prefixes.find((prefix) => prefix && existsSync(join(prefix, 'include', 'node', 'node_api.h')));
}

/** @param {(line: string) => void} say */
export async function buildNative(say) {
  if (!existsSync(inRoot('binding.gyp'))) return;
  const prefix = headerPrefix();
  const stamp = hashOf(root, [inRoot('binding.gyp'), ...listFiles(inRoot('native'))], facts(prefix));
  const built = listFiles(inRoot('build', 'Release')).some((file) => file.endsWith('.node'));
  if (built && readIfThere(STAMP) === stamp) return;
  say(prefix ? 'compiling the native addon' : 'compiling the native addon (downloading the headers of Node.js)');
  const gyp = inRoot('node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  await runStep(
    'native',
    process.execPath,
    [gyp, 'rebuild', '--jobs', String(availableParallelism())],
    prefix ? { npm_config_nodedir: prefix } : {},
  );
  writeWithDirectory(STAMP, stamp);
}

/**
 * What the addon depends on besides its sources. Not the version of Node that runs: Node-API is stable across them, and
 * one build serves 20, 22 and 24.
 * @param {string | undefined} prefix
 */
function facts(prefix) {
  const headers = prefix ? readIfThere(join(prefix, 'include', 'node', 'node_version.h')) : process.version;
  const wrapper = readIfThere(inRoot('node_modules', 'node-addon-api', 'package.json'));
  return [process.platform, process.arch, headers ?? '', wrapper ?? ''];
}
