import { constants } from 'node:os';
import { bundle } from './bundle.mjs';
import { interruptible } from './child.mjs';
import { Interrupted, SetupError } from './errors.mjs';
import { readIfThere } from './files.mjs';
import { withLock } from './lock.mjs';
import { buildNative } from './native.mjs';
import { installNodeModules } from './node-modules.mjs';
import { inRoot, setupDirectory } from './paths.mjs';
import { installSystemPackages } from './system-packages.mjs';
import { compile } from './typescript.mjs';

/** @param {string} line */
const say = (line) => process.stdout.write(`setup: ${line}\n`);

/**
 * Makes the checkout ready to run; each step is skipped when it is done already.
 * @param {{ nativeOnly?: boolean }} [options]
 * @throws {SetupError | Interrupted}
 */
export async function setUp({ nativeOnly = false } = {}) {
  checkNode();
  const steps = async () => {
    await installSystemPackages(say, nativeOnly);
    await installNodeModules(say);
    await buildNative(say);
    if (nativeOnly) return;
    await compile(say);
    await bundle(say);
  };
  await interruptible(() => withLock(setupDirectory, say, steps));
}

/**
 * Sets up and reports a failure.
 * @param {{ nativeOnly?: boolean }} [options]
 * @returns {Promise<number>} the exit status, 0 when all is ready
 */
export async function setUpOrReport(options) {
  try {
    await setUp(options);
    return 0;
  } catch (error) {
    if (!(error instanceof SetupError || error instanceof Interrupted)) throw error;
    process.stderr.write(`setup: ${error.message}\n`);
    return error instanceof Interrupted ? 128 + constants.signals[error.signal] : 1;
  }
}

/**
 * Runs a tool's work when all is set up, until a signal ends it, and reports what the person who started it can act upon.
 * @param {(line: string) => void} say
 * @param {() => Promise<number>} work
 * @returns {Promise<number>} the exit status
 */
export async function runWhenSetUp(say, work) {
  const status = await setUpOrReport();
  if (status !== 0) return status;
  try {
    return await interruptible(work);
  } catch (error) {
    if (!(error instanceof SetupError || error instanceof Interrupted)) throw error;
    say(error.message);
    return 1;
  }
}

/** package.json's `engines` is the one place that says which Node. */
function checkNode() {
  const { engines } = JSON.parse(readIfThere(inRoot('package.json')) ?? '{}');
  const wanted = /(\d+)\.(\d+)/.exec(engines?.node ?? '');
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (!wanted || major > Number(wanted[1]) || (major === Number(wanted[1]) && minor >= Number(wanted[2]))) return;
  throw new SetupError(`ovskit needs Node.js ${wanted[0]} or later, this is ${process.versions.node}`);
}
