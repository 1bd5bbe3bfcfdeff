import type { BaseType, ColumnType } from '../../../ovsdb/schema.js';
import type { Atom, Value } from '../../../ovsdb/values.js';
import { type Members, membersOf } from '../../../vswitch/draft/index.js';
import { compareBytes, type Json } from '../../json/index.js';
import { type Datum, datumToJson, datumToString, type ColumnType as PrintedType } from '../../schema/index.js';

/** Atoms of one type in the order that Open vSwitch keeps them in. */
export function compareAtoms(a: Atom, b: Atom): number {
  if (typeof a === 'string') return compareBytes(a, b as string);
  return a < b ? -1 : a > b ? 1 : 0;
}

export function sortMembers(members: Members): Members {
  return members.length < 2 ? members : [...members].sort(([a], [b]) => compareAtoms(a, b));
}

function toDatum(type: ColumnType, members: Members): Datum {
  const sorted = sortMembers(members);
  return {
    keys: sorted.map(([key]) => key),
    values: type.value ? sorted.map(([, value]) => value as Atom) : undefined,
  };
}

/** What printing needs of a type: constraints play no part. */
export function printedType({ key, value, min, max }: ColumnType): PrintedType {
  return { key: { type: key.type }, value: value && { type: value.type }, min, max };
}

/** A value as ovs-vsctl(8) writes it. */
export function valueToString(type: ColumnType, value: Value): string {
  return datumToString(printedType(type), toDatum(type, membersOf(value)));
}

export function atomToString(base: BaseType, atom: Atom): string {
  const type = { key: { type: base.type }, value: undefined, min: 1, max: 1 };
  return datumToString(type, { keys: [atom], values: undefined });
}

/** A value as a cell of a table. */
export function valueToJson(type: ColumnType, value: Value): Json {
  return datumToJson(printedType(type), toDatum(type, membersOf(value)));
}
