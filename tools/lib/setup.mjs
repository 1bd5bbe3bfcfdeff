import { bundle } from './bundle.mjs';
import { runTool } from './child.mjs';
import { SetupError } from './errors.mjs';
import { readIfThere } from './files.mjs';
import { withLock } from './lock.mjs';
import { buildNative } from './native.mjs';
import { installNodeModules } from './node-modules.mjs';
import { inRoot, setupDirectory } from './paths.mjs';
import { installSystemPackages } from './system-packages.mjs';
import { compile } from './typescript.mjs';

/** @param {string} line */
const say = (line) => process.stdout.write(`setup: ${line}\n`);
/** @param {string} line */
const complain = (line) => process.stderr.write(`setup: ${line}\n`);

/**
 * Makes the checkout ready to run; each step is skipped when it is done already.
 * @param {{ nativeOnly?: boolean }} [options]
 * @returns {Promise<number>} the exit status, 0 when all is ready
 */
export function setUp({ nativeOnly = false } = {}) {
  return runTool(complain, async () => {
    checkNode();
    await withLock(setupDirectory, say, async () => {
      await installSystemPackages(say, nativeOnly);
      await installNodeModules(say);
      await buildNative(say);
      if (nativeOnly) return;
      await compile(say);
      await bundle(say);
    });
    return 0;
  });
}

/**
 * Runs a tool's work when all is set up.
 * @param {(line: string) => void} say
 * @param {() => Promise<number>} work
 * @returns {Promise<number>} the exit status
 */
export async function runWhenSetUp(say, work) {
  return (await setUp()) || (await runTool(say, work));
}

/** package.json's `engines` is the one place that says which Node. */
function checkNode() {
  const { engines } = JSON.parse(readIfThere(inRoot('package.json')) ?? '{}');
  const wanted = /(\d+)\.(\d+)/.exec(engines?.node ?? '');
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (!wanted || major > Number(wanted[1]) || (major === Number(wanted[1]) && minor >= Number(wanted[2]))) return;
  throw new SetupError(`ovskit needs Node.js ${wanted[0]} or later, this is ${process.versions.node}`);
}
