/** Schemas and values as Open vSwitch's ovsdb/ and lib/ovsdb-data.c read and write them. */
export { isUuid } from './atom.js';
export { compareDatums, datumFromJson, datumToBare, datumToJson, datumToString } from './datum.js';
export { OvsdbTextError, syntaxError } from './error.js';
export { type Column, type Schema, schemaFromJson, schemaToJson, type Table } from './schema.js';
export type { ColumnType, Datum } from './shape.js';
export { typeToJson } from './type.js';
