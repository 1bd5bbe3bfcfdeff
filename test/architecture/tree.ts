import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Tree } from './imports.js';

const source = fileURLToPath(new URL('../../../src', import.meta.url));

/** The sources of src/. */
export function readTree(): Tree {
  const files = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [relative(source, file).split(sep).join('/'), readFileSync(file, 'utf8')]));
}
