import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';

// Compiled to dist/test/tools.
const root = join(import.meta.dirname, '../../..');

interface Entry {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Entry>;
};
const others = Object.entries(packages).filter(([path]) => path !== '');

/** A tool for development whose script only looks for its binary; set-up installs with --ignore-scripts all the same. */
const DEVELOPMENT_ONLY = ['node_modules/esbuild'];

test('what a user of the package installs has no install script but our own', (t) => {
  t.true(packages['']?.hasInstallScript);
  t.true(others.length > 50);
  const scripts = others.filter(([, { hasInstallScript }]) => hasInstallScript);
  t.deepEqual(
    scripts.filter(([, { dev }]) => !dev).map(([path]) => path),
    [],
  );
  t.deepEqual(
    scripts.map(([path]) => path),
    DEVELOPMENT_ONLY,
  );
  const setUp = readFileSync(join(root, 'tools/lib/node-modules.mjs'), 'utf8');
  t.regex(setUp, /'install', .*'--ignore-scripts'/);
});

test('what the API reference is made with has no install script', (t) => {
  const { packages: api } = JSON.parse(readFileSync(join(root, 'tools/api/package-lock.json'), 'utf8'));
  t.deepEqual(
    Object.entries<Entry>(api).filter(([path, entry]) => path !== '' && (entry.hasInstallScript || !entry.integrity)),
    [],
  );
});

test('every package comes from the registry and is locked by its hash', (t) => {
  const loose = others.filter(
    ([, { integrity, resolved, link }]) =>
      link ||
      !integrity?.startsWith('sha512-') ||
      (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')),
  );
  t.deepEqual(
    loose.map(([path]) => path),
    [],
  );
});
