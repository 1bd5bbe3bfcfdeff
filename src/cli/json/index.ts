/** JSON as Open vSwitch's lib/json.c reads and writes it. */
export { parseJson } from './parse.js';
export { formatReal, serialize, serializeNumber } from './serialize.js';
export { compareBytes, Shash } from './shash.js';
export { JsonSyntaxError } from './syntax-error.js';
export { isInteger, isObject, type Json, type JsonObject, Real } from './value.js';
