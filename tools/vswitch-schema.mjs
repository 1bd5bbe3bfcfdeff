#!/usr/bin/env node
// Writes src/vswitch/schema-document.ts from an .ovsschema file: `node tools/vswitch-schema.mjs [FILE]`.
import { readFileSync, writeFileSync } from 'node:fs';

const [file = '/usr/share/openvswitch/vswitch.ovsschema'] = process.argv.slice(2);
const text = JSON.stringify(JSON.parse(readFileSync(file, 'utf8')));
const literal = `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
writeFileSync(
  new URL('../src/vswitch/schema-document.ts', import.meta.url),
  `/**
 * The schema of database Open_vSwitch, as a text, so that a command needs not ask the server for it.
 * Generated; to change it, run \`node tools/vswitch-schema.mjs FILE\`.
 */
export const schemaDocument =
  ${literal};
`,
);
