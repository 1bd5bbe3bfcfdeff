#!/usr/bin/env node
// libvirt's RNG schema of a domain, and xmllint to check by it: the machine's own, or else unpacked (nothing is installed) from
// Debian's packages into .setup/libvirt. Run by itself it fetches them; the test of the XML (test/vif/xml/schema.test.ts) calls it.
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackPackages } from './lib/debian.mjs';
import { setupDirectory } from './lib/paths.mjs';

const SCHEMA = 'usr/share/libvirt/schemas/domain.rng';
const directory = join(setupDirectory, 'libvirt');
/** The schemas are in libvirt0 up to Debian 12, and in libvirt-common later; xmllint needs its library. */
const PACKAGES = ['libvirt0', 'libvirt-common', 'libxml2-utils', 'libxml2', 'libxml2-16'];

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

/**
 * @returns {Promise<Schema | { missing: string }>} `missing` tells why there is none
 */
export async function libvirtSchema() {
  const there = found();
  if (there) return there;
  const missing = await unpackPackages('libvirt', PACKAGES);
  return found() ?? { missing: missing ?? `none of ${PACKAGES.join(', ')} brought libvirt's schema and xmllint` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = await libvirtSchema();
  if ('missing' in result) {
    process.stderr.write(`${result.missing}\n`);
    process.exitCode = 1;
  } else process.stdout.write(`${result.schema}\n${result.xmllint}\n`);
}
