#!/usr/bin/env node
// libvirt's RNG schema of a domain, and xmllint to check by it: the machine's own, or else unpacked (nothing is installed) from
// Debian's packages into .setup/libvirt. Run by itself it fetches them; the test of the XML (test/vif/xml/schema.test.ts) calls it.
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { setupDirectory } from './lib/paths.mjs';

const run = promisify(execFile);
const SCHEMA = 'usr/share/libvirt/schemas/domain.rng';
const directory = join(setupDirectory, 'libvirt');
/** The schemas are in libvirt0 up to Debian 12, and in libvirt-common later; xmllint needs its library. */
const PACKAGES = ['libvirt0', 'libvirt-common', 'libxml2-utils', 'libxml2', 'libxml2-16'];
/** Milliseconds for all of it. */
const TIMEOUT = 40_000;

/**
 * @typedef {{ schema: string, xmllint: string, env: Record<string, string> }} Schema
 * @returns {Schema | undefined} what is there already
 */
function found() {
  const schema = [join('/', SCHEMA), join(directory, SCHEMA)].find((path) => existsSync(path));
  const onPath = (process.env.PATH ?? '').split(delimiter).map((each) => join(each, 'xmllint'));
  const xmllint = [...onPath, join(directory, 'usr/bin/xmllint')].find(isExecutable);
  if (!schema || !xmllint) return undefined;
  if (!xmllint.startsWith(directory)) return { schema, xmllint, env: {} };
  const libraries = join(directory, 'usr/lib');
  const places = existsSync(libraries) ? readdirSync(libraries).map((each) => join(libraries, each)) : [];
  return { schema, xmllint, env: { LD_LIBRARY_PATH: places.join(delimiter) } };
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Unpacks each package that can be had; not all names are those of this release of Debian. */
async function fetchPackages() {
  mkdirSync(setupDirectory, { recursive: true });
  const work = mkdtempSync(join(setupDirectory, 'libvirt-'));
  const options = { cwd: work, signal: AbortSignal.timeout(TIMEOUT) };
  try {
    /** @type {unknown} */
    let last;
    for (const name of PACKAGES) {
      try {
        await run('apt-get', ['download', name], options);
      } catch (error) {
        last = error;
      }
    }
    const debs = readdirSync(work).filter((name) => name.endsWith('.deb'));
    if (debs.length === 0) throw last;
    for (const deb of debs) await run('dpkg', ['-x', deb, 'root'], options);
    rmSync(directory, { recursive: true, force: true });
    renameSync(join(work, 'root'), directory);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @returns {Promise<Schema | { missing: string }>} `missing` tells why there is none
 */
export async function libvirtSchema() {
  const there = found();
  if (there) return there;
  try {
    await fetchPackages();
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return { missing: `libvirt's schema can't be fetched from Debian's packages: ${line}` };
  }
  return found() ?? { missing: `none of the packages ${PACKAGES.join(', ')} brought libvirt's schema and xmllint` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = await libvirtSchema();
  if ('missing' in result) {
    process.stderr.write(`${result.missing}\n`);
    process.exitCode = 1;
  } else process.stdout.write(`${result.schema}\n${result.xmllint}\n`);
}
