import { isInteger, type Json, type JsonObject, Real } from '../json/index.js';
import { datumFromJson, datumToJson } from './datum.js';
import { syntaxError } from './error.js';
import { MemberParser } from './parser.js';
import type { AtomicType, BaseType, ColumnType } from './shape.js';

/** What `_uuid` and `_version` are. */
export const UUID_TYPE: ColumnType = { key: { type: 'uuid' }, value: undefined, min: 1, max: 1 };

const atomicTypes = ['integer', 'real', 'boolean', 'string', 'uuid'] as const;
/** The names of the two bounds of each type that has them. */
const bounds = {
  integer: ['minInteger', 'maxInteger'],
  real: ['minReal', 'maxReal'],
  string: ['minLength', 'maxLength'],
} as const;

function atomicTypeFromJson(json: Json): AtomicType {
  if (typeof json !== 'string') throw syntaxError(json, 'atomic-type expected');
  const type = atomicTypes.find((name) => name === json);
  if (!type) throw syntaxError(json, `"${json}" is not an atomic-type`);
  return type;
}

function baseTypeFromJson(json: Json): BaseType {
  if (typeof json === 'string') return { type: atomicTypeFromJson(json) };
  const parser = new MemberParser(json, 'ovsdb type');
  const name = parser.required('type', 'string');
  if (name === undefined) parser.finish();
  const type = atomicTypeFromJson(name!);
  const base: { -readonly [K in keyof BaseType]: BaseType[K] } = { type };
  const allowed = parser.optional('enum', 'any');
  if (allowed !== undefined) {
    base.enum = datumFromJson({ key: { type }, value: undefined, min: 1, max: Number.POSITIVE_INFINITY }, allowed);
  } else if (type === 'uuid') {
    const refTable = parser.optional('refTable', 'id');
    if (refTable !== undefined) {
      base.refTable = refTable as string;
      base.refType = refTypeFromJson(json, parser.optional('refType', 'id'));
    }
  } else if (type !== 'boolean') {
    const [minName, maxName] = bounds[type];
    const kind = type === 'real' ? 'number' : 'integer';
    const min = parser.optional(minName, kind) as number | bigint | undefined;
    const max = parser.optional(maxName, kind) as number | bigint | undefined;
    if (min !== undefined) base.min = min;
    if (max !== undefined) base.max = max;
    if (min !== undefined && max !== undefined && min > max) throw syntaxError(json, `${minName} exceeds ${maxName}`);
  }
  parser.finish();
  return base;
}

function refTypeFromJson(json: Json, refType: Json | undefined): 'strong' | 'weak' {
  if (refType === undefined || refType === 'strong') return 'strong';
  if (refType === 'weak') return 'weak';
  throw syntaxError(json, `refType must be "strong" or "weak" (not "${String(refType)}")`);
}

/** Reads a `<type>`. @throws {OvsdbTextError} */
export function typeFromJson(json: Json): ColumnType {
  if (typeof json === 'string') return { key: baseTypeFromJson(json), value: undefined, min: 1, max: 1 };
  const parser = new MemberParser(json, 'ovsdb type');
  const key = parser.required('key', 'string', 'object');
  const value = parser.optional('value', 'string', 'object');
  const min = parser.optional('min', 'integer');
  const max = parser.optional('max', 'integer', 'string');
  parser.finish();
  const type = {
    key: baseTypeFromJson(key!),
    value: value === undefined ? undefined : baseTypeFromJson(value),
    min: min === undefined ? 1 : countFromJson(min),
    max: max === undefined ? 1 : countFromJson(max),
  };
  if (type.min > 1 || type.max < 1 || type.min > type.max)
    throw syntaxError(json, 'ovsdb type fails constraint checks');
  return type;
}

function countFromJson(json: Json): number {
  if (json === 'unlimited') return Number.POSITIVE_INFINITY;
  if (isInteger(json) && json >= 0 && json < 0xffffffff) return Number(json);
  throw syntaxError(json, 'bad min or max value');
}

function hasConstraints(base: BaseType): boolean {
  return Object.keys(baseMembers(base)).length > 0;
}

function baseMembers(base: BaseType): JsonObject {
  const { type, min, max } = base;
  const members: JsonObject = {};
  if (base.enum) {
    members.enum = datumToJson({ key: { type }, value: undefined, min: 1, max: Number.POSITIVE_INFINITY }, base.enum);
  }
  if (type === 'uuid' || type === 'boolean') {
    if (base.refTable !== undefined) members.refTable = base.refTable;
    if (base.refType === 'weak') members.refType = 'weak';
    return members;
  }
  const [minName, maxName] = bounds[type];
  const write = (bound: number | bigint) => (type === 'real' ? new Real(Number(bound)) : bound);
  if (min !== undefined && !(type === 'string' && min === 0)) members[minName] = write(min);
  if (max !== undefined && !(type === 'string' && max >= 0xffffffff)) members[maxName] = write(max);
  return members;
}

function baseTypeToJson(base: BaseType): Json {
  return hasConstraints(base) ? { type: base.type, ...baseMembers(base) } : base.type;
}

/** Writes a `<type>` in its shortest form, as `ovsdb_type_to_json`. */
export function typeToJson(type: ColumnType): Json {
  const { key, value, min, max } = type;
  if (!value && min === 1 && max === 1 && !hasConstraints(key)) return key.type;
  const json: JsonObject = { key: baseTypeToJson(key) };
  if (value) json.value = baseTypeToJson(value);
  if (min !== 1) json.min = min;
  if (max === Number.POSITIVE_INFINITY) json.max = 'unlimited';
  else if (max !== 1) json.max = max;
  return json;
}
