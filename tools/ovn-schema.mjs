#!/usr/bin/env node
// The schema of OVN's northbound database: the machine's own, or else unpacked (nothing is installed) from Debian's package into
// .setup/ovn. Run by itself it fetches it (1 MB); the test of the examples (test/examples/examples.test.ts) calls it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackPackages } from './lib/debian.mjs';
import { setupDirectory } from './lib/paths.mjs';

const SCHEMA = 'usr/share/ovn/ovn-nb.ovsschema';

const found = () => [join('/', SCHEMA), join(setupDirectory, 'ovn', SCHEMA)].find((path) => existsSync(path));

/**
 * @returns {Promise<{ schema: string } | { missing: string }>} `missing` tells why there is none
 */
export async function ovnSchema() {
  const missing = found() ? undefined : await unpackPackages('ovn', ['ovn-central']);
  const schema = found();
  return schema ? { schema } : { missing: missing ?? `ovn-central brought no ${SCHEMA}` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = await ovnSchema();
  if ('missing' in result) process.exitCode = 1;
  process.stdout.write(`${'missing' in result ? result.missing : result.schema}\n`);
}
