import { compareBytes, formatReal, isInteger, type Json, Real, serialize, serializeNumber } from '../json/index.js';
import { syntaxError } from './error.js';
import type { Atom, AtomicType } from './shape.js';

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** @throws {OvsdbTextError} */
export function atomFromJson(type: AtomicType, json: Json): Atom {
  if (type === 'integer' && isInteger(json)) return json;
  if (type === 'real' && json instanceof Real) return json.value;
  if (type === 'real' && (typeof json === 'number' || typeof json === 'bigint')) return Number(json);
  if (type === 'boolean' && typeof json === 'boolean') return json;
  if (type === 'string' && typeof json === 'string') return json;
  if (type !== 'uuid') throw syntaxError(json, `expected ${type}`);
  const [tag, value, ...rest] = Array.isArray(json) ? json : [];
  if (tag !== 'uuid' || typeof value !== 'string' || rest.length > 0) {
    throw syntaxError(json, 'expected ["uuid", <string>]');
  }
  if (!isUuid(value)) throw syntaxError(json, `"${value}" is not a valid UUID`);
  return value.toLowerCase();
}

export function atomToJson(type: AtomicType, atom: Atom): Json {
  if (type === 'uuid') return ['uuid', atom as string];
  return type === 'real' ? new Real(atom as number) : atom;
}

export function compareAtoms(type: AtomicType, a: Atom, b: Atom): number {
  if (type === 'string' || type === 'uuid') return compareBytes(a as string, b as string);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `ovsdb_atom_to_string`: a string in quotes only where it could be mistaken. */
export function atomToString(type: AtomicType, atom: Atom): string {
  return type === 'string' && needsQuotes(atom as string) ? serialize(atom) : atomToBare(type, atom);
}

/** `ovsdb_atom_to_bare`. */
export function atomToBare(type: AtomicType, atom: Atom): string {
  if (type === 'real') return formatReal(atom as number);
  return typeof atom === 'number' || typeof atom === 'bigint' ? serializeNumber(atom) : String(atom);
}

function needsQuotes(text: string): boolean {
  return !/^[A-Za-z_][\w.-]*$/.test(text) || text === 'true' || text === 'false' || isUuid(text);
}
