import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project: where package.json is. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What set-up remembers and logs; `.gitignore` names it. */
export const setupDirectory = join(root, '.setup');

/** @param {string[]} parts */
export const inRoot = (...parts) => join(root, ...parts);
