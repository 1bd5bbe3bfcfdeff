// The native addon, compiled by node-gyp when its sources changed.
import { existsSync, realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { runStep } from './child.mjs';
import { hashOf, listFiles, readIfThere, writeWithDirectory } from './files.mjs';
import { inRoot, root } from './paths.mjs';

/** Removed together with the build. */
const STAMP = inRoot('build', '.setup-stamp');
const SOURCES_STAMP = inRoot('build', '.sources-stamp');

/** The prefix whose include/node holds the headers, so that node-gyp need not download them. */
export function headerPrefix() {
  const prefixes = [process.env.npm_config_nodedir, dirname(dirname(realpathSync(process.execPath))), '/usr'];
  return prefixes.find((prefix) => prefix && existsSync(join(prefix, 'include', 'node', 'node_api.h')));
}

const sources = () => [inRoot('binding.gyp'), ...listFiles(inRoot('native'))];

/** Whether the addon that is built is of other sources than those that are there. Whatever Node runs: one build serves all. */
export function isNativeOld() {
  const built = readIfThere(SOURCES_STAMP);
  return built !== undefined && built !== hashOf(root, sources(), []);
}

/** @param {(line: string) => void} say */
export async function buildNative(say) {
  if (!existsSync(inRoot('binding.gyp'))) return;
  const prefix = headerPrefix();
  const stamp = hashOf(root, sources(), facts(prefix));
  const sourcesStamp = hashOf(root, sources(), []);
  const built = listFiles(inRoot('build', 'Release')).some((file) => file.endsWith('.node'));
  if (built && readIfThere(STAMP) === stamp) {
    if (readIfThere(SOURCES_STAMP) !== sourcesStamp) writeWithDirectory(SOURCES_STAMP, sourcesStamp);
    return;
  }
  say(prefix ? 'compiling the native addon' : 'compiling the native addon (downloading the headers of Node.js)');
  const gyp = inRoot('node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  await runStep(
    'native',
    process.execPath,
    [gyp, 'rebuild', '--jobs', String(availableParallelism())],
    prefix ? { npm_config_nodedir: prefix } : {},
  );
  writeWithDirectory(SOURCES_STAMP, sourcesStamp);
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
