/** TypeScript from a database schema: pure, schema in, source text out. */
export { type GenerateOptions, generate } from './generate.js';
