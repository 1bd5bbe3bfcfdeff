#!/usr/bin/env node
// Bundles the compiled command line into dist/bundle/: one file to start with, and one for each command, loaded when it
// runs. `node tools/bundle.mjs`, after the compiler.
import { chmodSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

await build({
  entryPoints: { ovskit: at('dist/src/cli/main.js') },
  outdir: at('dist/bundle'),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  // Native or optional: found in node_modules when they are needed.
  external: ['node-gyp-build', 'netlink', 'typescript'],
  banner: { js: "import{createRequire as _r}from'node:module';const require=_r(import.meta.url);" },
});
chmodSync(at('dist/bundle/ovskit.mjs'), 0o755);
