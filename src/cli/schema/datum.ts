import type { Json } from '../json/index.js';
import { atomFromJson, atomToBare, atomToJson, atomToString, compareAtoms } from './atom.js';
import { syntaxError } from './error.js';
import type { Atom, BaseType, ColumnType, Datum } from './shape.js';

/**
 * Reads a value as `ovsdb_datum_from_json`; `constrained` false accepts what the column's constraints would refuse.
 *
 * @throws {OvsdbTextError}
 */
export function datumFromJson(type: ColumnType, json: Json, constrained = true): Datum {
  const { key, value, min, max } = type;
  const kind = value ? 'map' : 'set';
  if (!value && !(Array.isArray(json) && json[0] === 'set')) return { keys: [atom(key, json)], values: undefined };
  const [tag, members, ...rest] = Array.isArray(json) ? json : [];
  if (tag !== kind || !Array.isArray(members) || rest.length > 0)
    throw syntaxError(json, `expected ["${kind}", <array>]`);
  if (constrained && (members.length < min || members.length > max)) {
    const allowed = min === 1 && max === 1 ? 'exactly one member' : `${min} to ${printMax(max)} members`;
    throw syntaxError(json, `${kind} must have ${allowed} but ${members.length} are present`);
  }
  const pairs = members.map((member) => {
    if (!value) return [atom(key, member)];
    if (!Array.isArray(member) || member.length !== 2) throw syntaxError(member, 'expected 2-element array');
    return [atom(key, member[0]!), atom(value, member[1]!)];
  });
  pairs.sort(([a], [b]) => compareAtoms(key.type, a!, b!));
  const duplicate = pairs.some(([a], i) => i > 0 && compareAtoms(key.type, pairs[i - 1]![0]!, a!) === 0);
  if (duplicate)
    throw syntaxError(undefined, value ? 'map contains duplicate key' : 'set contains duplicate', 'ovsdb error');
  return { keys: pairs.map(([a]) => a!), values: value && pairs.map(([, b]) => b!) };

  function atom(base: BaseType, member: Json): Atom {
    const parsed = atomFromJson(base.type, member);
    if (constrained) checkConstraints(base, parsed, member);
    return parsed;
  }
}

function printMax(max: number): number {
  return Math.min(max, 0xffffffff);
}

function checkConstraints(base: BaseType, value: Atom, json: Json): void {
  const amount = typeof value === 'string' ? [...value].length : (value as number | bigint);
  const { min, max } = base;
  if (
    (base.enum && !base.enum.keys.some((allowed) => compareAtoms(base.type, allowed, value) === 0)) ||
    (min !== undefined && amount < min) ||
    (max !== undefined && amount > max)
  ) {
    throw syntaxError(json, `${atomToString(base.type, value)} is not allowed here`, 'constraint violation');
  }
}

/** `ovsdb_datum_to_json`. */
export function datumToJson(type: ColumnType, datum: Datum): Json {
  const keys = datum.keys.map((key) => atomToJson(type.key.type, key));
  const { value } = type;
  if (value) return ['map', keys.map((key, i) => [key, atomToJson(value.type, datum.values![i]!)])];
  return keys.length === 1 ? keys[0]! : ['set', keys];
}

/** `ovsdb_datum_to_string`: as ovs-vsctl(8) writes database values. */
export function datumToString(type: ColumnType, datum: Datum): string {
  const members = print(type, datum, atomToString).join(', ');
  if (type.max <= 1 && datum.keys.length > 0) return members;
  return type.value ? `{${members}}` : `[${members}]`;
}

/** `ovsdb_datum_to_bare`: without brackets and quotes. */
export function datumToBare(type: ColumnType, datum: Datum): string {
  return print(type, datum, atomToBare).join(' ');
}

function print(type: ColumnType, datum: Datum, write: typeof atomToBare): string[] {
  return datum.keys.map((key, i) => {
    const text = write(type.key.type, key);
    return type.value ? `${text}=${write(type.value.type, datum.values![i]!)}` : text;
  });
}

/** `ovsdb_datum_compare_3way`: the number of members first, then keys, then values. */
export function compareDatums(type: ColumnType, a: Datum, b: Datum): number {
  if (a.keys.length !== b.keys.length) return a.keys.length - b.keys.length;
  for (let i = 0; i < a.keys.length; i++) {
    const order = compareAtoms(type.key.type, a.keys[i]!, b.keys[i]!);
    if (order !== 0) return order;
  }
  for (let i = 0; type.value && i < a.keys.length; i++) {
    const order = compareAtoms(type.value.type, a.values![i]!, b.values![i]!);
    if (order !== 0) return order;
  }
  return 0;
}
