import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../base/errors.js';
import { NetdevError, toNetdevError } from './errors.js';

/** What native/addon.cc exports. Errors are as `NativeError` says. */
export interface Native {
  enterPrivateNetwork(): void;
}

/** Where package.json, and build/ or prebuilds/, are: three levels above dist/src/netdev. */
const packageRoot = fileURLToPath(new URL('../../../', import.meta.url));

let loaded: Native | undefined;

/**
 * The addon, loaded when it is first needed: what only plans or only speaks to the database runs without it.
 * @throws {NetdevError} `ERR_NETDEV_ADDON_MISSING`
 */
export function native(): Native {
  loaded ??= load();
  return loaded;
}

function load(): Native {
  try {
    const require = createRequire(import.meta.url);
    const nodeGypBuild = require('node-gyp-build') as (directory: string) => unknown;
    return nodeGypBuild(packageRoot) as Native;
  } catch (cause) {
    const [reason] = messageOf(cause).split('\n');
    const how = "build it by 'npm run build:native' in a checkout, or 'npm rebuild ovskit' where it is installed";
    const message = `the native addon can't be loaded: ${how} (needs a C++ compiler; ${reason})`;
    throw new NetdevError('ERR_NETDEV_ADDON_MISSING', message, undefined, { cause });
  }
}

/** Calls the addon; its error becomes one of ours. `what` says what was tried: `read the link of eth0`. */
export function callNative<T>(what: () => string, call: (addon: Native) => T): T {
  const addon = native();
  try {
    return call(addon);
  } catch (error) {
    throw toNetdevError(error, what());
  }
}
