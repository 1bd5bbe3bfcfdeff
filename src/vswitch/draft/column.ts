import type { ColumnType } from '../../ovsdb/schema.js';
import { type Atom, isScalar, type Value } from '../../ovsdb/values.js';

/** A set's elements or a map's pairs; the second of a set's is undefined. */
export type Members = readonly (readonly [key: Atom, value: Atom | undefined])[];

/** A value as the list of its members, whatever its type. */
export function membersOf(value: Value): Members {
  if (value === null) return [];
  if (value instanceof Map) return [...value];
  if (Array.isArray(value)) return value.map((element) => [element, undefined]);
  return [[value as Atom, undefined]];
}

/** The value that has these members. */
export function valueFrom(type: ColumnType, members: Members): Value {
  if (type.value) return new Map(members as [Atom, Atom][]);
  if (isScalar(type)) return members[0]?.[0] ?? null;
  return members.map(([key]) => key);
}

/** The value that a row gets where none is given (RFC 7047, section 5.2.1). */
export function defaultValue(type: ColumnType): Value {
  if (type.value) return new Map();
  if (!isScalar(type)) return [];
  if (type.min === 0) return null;
  switch (type.key.type) {
    case 'string':
      return '';
    case 'boolean':
      return false;
    case 'uuid':
      return '00000000-0000-0000-0000-000000000000';
    default:
      return 0;
  }
}

/** One change of some members. */
export interface Delta {
  readonly insert: Members;
  /** Keys; a pair is deleted only if its value matches where one is given. */
  readonly remove: Members;
  /** Sent although it may change nothing. */
  readonly always?: boolean;
}

export function applyDelta(members: Members, { insert, remove }: Delta): Members {
  const result = new Map<Atom, Atom | undefined>(members);
  for (const [key, value] of remove) {
    if (value === undefined || result.get(key) === value) result.delete(key);
  }
  for (const [key, value] of insert) if (!result.has(key)) result.set(key, value);
  return [...result];
}

export function sameMembers(a: Members, b: Members): boolean {
  if (a.length !== b.length) return false;
  const right = new Map(b);
  return a.every(([key, value]) => right.has(key) && right.get(key) === value);
}
