import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

export const packageRoot = fileURLToPath(new URL('../../../', import.meta.url));

/** The addon's file, as src/netdev/native.ts finds it. */
export function addonPath(): string {
  const nodeGypBuild = require('node-gyp-build') as { resolve(directory: string): string };
  return nodeGypBuild.resolve(packageRoot);
}
