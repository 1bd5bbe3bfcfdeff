// The compiled command line as one file, dist/bundle/ovskit-HASH.cjs, and ovskit.cjs, which starts it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runStep } from './child.mjs';
import { hashOf, listFiles, readIfThere } from './files.mjs';
import { inRoot, root } from './paths.mjs';

const MAIN = inRoot('dist', 'src', 'cli', 'main.js');
const DIRECTORY = inRoot('dist', 'bundle');
const ENTRY = join(DIRECTORY, 'ovskit.cjs');
const STAMP = join(DIRECTORY, '.setup-stamp');

/**
 * Bundles, when what was compiled has changed since.
 * @param {(line: string) => void} say
 */
export async function bundle(say) {
  if (!existsSync(MAIN)) return;
  const sources = listFiles(inRoot('dist', 'src')).filter((file) => file.endsWith('.js'));
  const bundler = readIfThere(inRoot('node_modules', 'esbuild', 'package.json')) ?? '';
  const stamp = hashOf(
    root,
    [...sources, inRoot('tools', 'lib', 'bundle.mjs'), inRoot('package-lock.json')],
    [bundler],
  );
  if (existsSync(ENTRY) && readIfThere(STAMP) === stamp) return;
  say('bundling the command line');
  await runStep('bundle', process.execPath, [inRoot('tools', 'bundle.mjs')]);
  writeFileSync(STAMP, stamp);
}

/**
 * A module of Node's is loaded when something of it is first used: `node:tls` alone takes longer than most commands.
 * @type {import('esbuild').Plugin}
 */
const lazyBuiltins = {
  name: 'lazy-builtins',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path, namespace }) =>
      namespace === 'builtin' ? { path, external: true } : { path, namespace: 'builtin' },
    );
    build.onLoad({ filter: /./, namespace: 'builtin' }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => name !== 'default');
      const contents = `
        let loaded;
        const load = () => (loaded ??= require(${JSON.stringify(path)}));
        const define = (name, get) => Object.defineProperty(exports, name, { get, enumerable: true });
        define('__esModule', () => true);
        define('default', load);
        for (const name of ${JSON.stringify(names.join(' '))}.split(' ')) define(name, () => load()[name]);
      `;
      return { contents, loader: 'js' };
    });
  },
};

/** Makes the bundle. */
export async function build() {
  const esbuild = await import('esbuild');
  /** @type {import('esbuild').BuildOptions & { write: false }} */
  const common = {
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    // Errors are told by the names of their classes.
    minifySyntax: true,
    minifyWhitespace: true,
    // Read as Latin-1, a byte a character.
    charset: 'ascii',
    legalComments: 'none',
  };
  const main = await esbuild.build({
    ...common,
    entryPoints: [MAIN],
    plugins: [lazyBuiltins],
    // What is loaded for one command only stays so: `import()` becomes a call of a function in the same file.
    supported: { 'dynamic-import': false },
    external: ['node-gyp-build', 'prom-client'],
    // As if all of it lay where the command line's main module does.
    define: { 'import.meta.url': 'bundleUrl' },
    banner: { js: 'const bundleUrl=require("node:url").pathToFileURL(__dirname+"/../src/cli/main.js").href;' },
  });
  const [{ contents }] = /** @type {[import('esbuild').OutputFile]} */ (main.outputFiles);
  const name = `ovskit-${createHash('sha256').update(contents).digest('hex').slice(0, 16)}.cjs`;
  const starter = `
    import { launch } from './src/cli/launch.js';
    launch(__dirname + '/${name}', { require, module, exports, __dirname });
  `;
  const entry = await esbuild.build({
    ...common,
    stdin: { contents: starter, resolveDir: inRoot('dist') },
    banner: { js: '#!/usr/bin/env node' },
  });
  mkdirSync(DIRECTORY, { recursive: true });
  writeFileSync(join(DIRECTORY, name), contents);
  writeFileSync(ENTRY, /** @type {[import('esbuild').OutputFile]} */ (entry.outputFiles)[0].contents);
  chmodSync(ENTRY, 0o755);
  for (const old of readdirSync(DIRECTORY)) {
    if (join(DIRECTORY, old) !== ENTRY && old !== name) rmSync(join(DIRECTORY, old), { force: true });
  }
  // The code cache holds what the run that leaves it has compiled: this one, as far as the connection.
  spawnSync(process.execPath, [ENTRY, 'vsctl', '--db=unix:/nonexistent/db.sock', 'list-br'], { stdio: 'ignore' });
}
