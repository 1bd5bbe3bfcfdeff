// What npm runs when ovskit is installed: takes the addon that came along, or compiles it. Without either, all but network
// devices works, and calls for those say what is missing; so the installation does not fail.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

if (process.platform === 'linux') {
  const builder = createRequire(import.meta.url).resolve('node-gyp-build/bin.js');
  const { status } = spawnSync(process.execPath, [builder], { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`ovskit: no addon came along for ${process.platform}-${process.arch}, and it could not be compiled here.
ovskit: The database works without it; calls about network devices fail with ERR_NETDEV_ADDON_MISSING.
ovskit: With a C++ compiler, make and python3, run: npm rebuild ovskit`);
  }
}
