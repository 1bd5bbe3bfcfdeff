import { ProtocolError, SchemaError } from './errors.js';
import type { AtomicType, BaseType, ColumnType } from './schema.js';

/**
 * Values as programs see them, and as RFC 7047, section 5.1, writes them.
 *
 * | column type           | program                | wire                          |
 * |-----------------------|------------------------|-------------------------------|
 * | scalar                | atom                   | atom                          |
 * | optional scalar       | atom or `null`         | atom or `["set", []]`         |
 * | set                   | array of atoms         | atom or `["set", [...]]`      |
 * | map                   | `Map`                  | `["map", [[k, v], ...]]`      |
 *
 * A uuid is a plain string; the column's type tells it from other strings. A row that the same transaction inserts is
 * referred to by a {@link NamedUuid}. Integers beyond 2^53 are `bigint`.
 */

/** A reference to a row that the same transaction inserts under this name. */
export class NamedUuid {
  constructor(readonly name: string) {}
}

/** One value that is neither set nor map. */
export type Atom = string | number | bigint | boolean;
/** What a column reads as. */
export type Value = Atom | null | readonly Atom[] | ReadonlyMap<Atom, Atom>;

type AtomInput = Atom | NamedUuid;
/** What a column may be given: more lenient than what it reads as. A record stands for a map with string keys. */
export type ValueInput =
  | AtomInput
  | null
  | readonly AtomInput[]
  | ReadonlySet<AtomInput>
  | ReadonlyMap<AtomInput, AtomInput>
  | { readonly [key: string]: AtomInput };

/** JSON as the wire carries it. */
export type Wire = unknown;
export type WireRow = Record<string, Wire>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text is a uuid in its canonical form. */
export function isUuid(text: string): boolean {
  return text.length === 36 && UUID.test(text);
}

/** How many atoms a type may hold decides how its values look. */
export function isScalar(type: ColumnType): boolean {
  return type.value === undefined && type.max === 1;
}

export const ZERO_UUID = '00000000-0000-0000-0000-000000000000';
const DEFAULTS: Readonly<Record<AtomicType, Atom>> = {
  string: '',
  boolean: false,
  uuid: ZERO_UUID,
  integer: 0,
  real: 0,
};

/** What a scalar column holds that nobody has set (RFC 7047, section 5.2.1). */
export const defaultAtom = (type: AtomicType): Atom => DEFAULTS[type];

const EMPTY_SET: readonly Atom[] = Object.freeze([]);
const EMPTY_MAP: ReadonlyMap<Atom, Atom> = new Map();

/** Reads one atom from the wire. */
export function decodeAtom(wire: Wire, base: BaseType): Atom {
  if (base.type === 'uuid') return Array.isArray(wire) ? (wire[1] as string) : (wire as string);
  return wire as Atom;
}

/** The atoms of a set on the wire, where a set of one may stand as its atom. @throws {ProtocolError} */
export function wireElements(wire: Wire): readonly Wire[] {
  return Array.isArray(wire) && wire[0] === 'set' ? listIn(wire) : [wire];
}

/** The pairs of a map on the wire. @throws {ProtocolError} */
export function wirePairs(wire: Wire): readonly (readonly [Wire, Wire])[] {
  if (!Array.isArray(wire) || wire[0] !== 'map') return [];
  const pairs = listIn(wire);
  if (!pairs.every(Array.isArray)) throw malformed(wire);
  return pairs as readonly [Wire, Wire][];
}

function listIn(wire: readonly Wire[]): readonly Wire[] {
  const list = wire[1];
  if (!Array.isArray(list)) throw malformed(wire);
  return list;
}

function malformed(wire: readonly Wire[]): ProtocolError {
  return new ProtocolError(
    `the server sent a ${wire[0]} that has no list of its ${wire[0] === 'map' ? 'pairs' : 'elements'}`,
  );
}

/** Reads a column's value from the wire. @throws {ProtocolError} for what is no value at all. */
export function decodeValue(wire: Wire, type: ColumnType): Value {
  const { value } = type;
  if (value) {
    const pairs = wirePairs(wire);
    if (pairs.length === 0) return EMPTY_MAP;
    return new Map(pairs.map(([k, v]) => [decodeAtom(k, type.key), decodeAtom(v, value)]));
  }
  const elements = wireElements(wire);
  if (type.max === 1) return elements.length === 0 ? null : decodeAtom(elements[0], type.key);
  return elements.length === 0 ? EMPTY_SET : elements.map((element) => decodeAtom(element, type.key));
}

/** Names a place in the database in errors: `column tag of table Port`. */
export type Where = () => string;

const describe = (value: unknown): string => {
  if (value === null || value === undefined) return String(value);
  if (value instanceof NamedUuid) return `the row named ${value.name}`;
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Map) return 'a Map';
  if (value instanceof Set) return 'a Set';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? JSON.stringify(value) : `${typeof value} ${String(value)}`;
};

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

function encodeInteger(value: number | bigint, where: Where): Wire {
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) throw new SchemaError(`${where()} takes an integer, not ${value}`);
    if (!Number.isSafeInteger(value)) {
      throw new SchemaError(`${where()}: ${value} has lost digits as a number; pass it as a bigint`);
    }
    return value;
  }
  if (value < INT64_MIN || value > INT64_MAX) {
    throw new SchemaError(`${where()} takes a 64-bit integer, which ${value} exceeds`);
  }
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

function encodeUuid(value: unknown, where: Where): Wire {
  if (value instanceof NamedUuid) return ['named-uuid', checkSendable(value.name, where)];
  if (typeof value === 'string' && isUuid(value)) return ['uuid', value];
  throw new SchemaError(`${where()} takes a uuid or a row inserted by the same transaction, not ${describe(value)}`);
}

function checkConstraints(value: Atom, base: BaseType, where: Where): void {
  if (base.enum && !base.enum.has(value)) {
    throw new SchemaError(`${where()} takes one of ${[...base.enum].join(', ')}, not ${describe(value)}`);
  }
  const size = typeof value === 'string' ? [...value].length : value;
  if (typeof size === 'boolean') return;
  const [least, most] = typeof value === 'string' ? ['at least', 'at most'] : ['no less than', 'no more than'];
  const unit = typeof value === 'string' ? ' characters' : '';
  if (base.min !== undefined && size < base.min) {
    throw new SchemaError(`${where()} takes ${least} ${base.min}${unit}, not ${describe(value)}`);
  }
  if (base.max !== undefined && size > base.max) {
    throw new SchemaError(`${where()} takes ${most} ${base.max}${unit}, not ${describe(value)}`);
  }
}

const UNSENDABLE = /[\0\p{Cs}]/u;
/** Finds all that `UNSENDABLE` does, and whole surrogate pairs: cheaper to look for. */
const SUSPECT = /[\0\ud800-\udfff]/;

/** @throws {SchemaError} for a string that ovsdb-server drops whoever sends it. */
export function checkSendable(text: unknown, where: Where): string {
  if (typeof text !== 'string') throw new SchemaError(`${where()} takes a string, not ${describe(text)}`);
  // Names of rows come here too, by the thousand.
  if (!SUSPECT.test(text) || !UNSENDABLE.test(text)) return text;
  throw new SchemaError(`${where()} takes no NUL and no half of a surrogate pair, as in ${describe(text)}`);
}

/** Writes one atom. @throws {SchemaError} when it does not fit the type. */
function encodeAtom(value: unknown, base: BaseType, where: Where): Wire {
  if (base.type === 'uuid') return encodeUuid(value, where);
  let wire: Wire;
  switch (base.type) {
    case 'integer':
      if (typeof value !== 'number' && typeof value !== 'bigint') {
        throw new SchemaError(`${where()} takes an integer, not ${describe(value)}`);
      }
      wire = encodeInteger(value, where);
      break;
    case 'real':
      if (typeof value === 'bigint') wire = Number(value);
      else if (typeof value === 'number' && Number.isFinite(value)) wire = value;
      else throw new SchemaError(`${where()} takes a finite number, not ${describe(value)}`);
      break;
    default:
      if (typeof value !== base.type) throw new SchemaError(`${where()} takes a ${base.type}, not ${describe(value)}`);
      if (typeof value === 'string') checkSendable(value, where);
      wire = value;
  }
  if (base.enum || base.min !== undefined || base.max !== undefined) checkConstraints(wire as Atom, base, where);
  return wire;
}

/** Whether an atom goes over the wire as it is. Most do, being strings without constraints, and pass by all checks. */
function fitsAsIs(value: unknown, { type, enum: members, min, max }: BaseType): boolean {
  if (typeof value !== type || members !== undefined || min !== undefined || max !== undefined) return false;
  return typeof value !== 'string' || !SUSPECT.test(value);
}

function encodeMap(value: unknown, type: ColumnType & { value: BaseType }, where: Where): [Wire, Wire][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Set) {
    throw new SchemaError(`${where()} takes a map, not ${describe(value)}`);
  }
  const pairs: [Wire, Wire][] = [];
  if (value instanceof Map) {
    for (const [k, v] of value) pairs.push(encodePair(k, v, type, where));
  } else {
    const record = value as Record<string, unknown>;
    for (const k of Object.keys(record)) pairs.push(encodePair(k, record[k], type, where));
  }
  return pairs;
}

function encodePair(k: unknown, v: unknown, type: ColumnType & { value: BaseType }, where: Where): [Wire, Wire] {
  if (fitsAsIs(k, type.key) && fitsAsIs(v, type.value)) return [k, v];
  return encodePairWithCare(k, v, type, where);
}

function encodePairWithCare(
  k: unknown,
  v: unknown,
  type: ColumnType & { value: BaseType },
  where: Where,
): [Wire, Wire] {
  return [
    encodeAtom(k, type.key, () => `key of ${where()}`),
    encodeAtom(v, type.value, () => `value of key ${String(k)} of ${where()}`),
  ];
}

function isCollection(value: unknown): value is readonly unknown[] | ReadonlySet<unknown> {
  return Array.isArray(value) || value instanceof Set;
}

/**
 * Writes a column's value for the wire.
 *
 * @param partial the value is the operand of a mutation or of `includes`, whose size the type does not bound.
 * @throws {SchemaError} saying what the column takes.
 */
export function encodeValue(value: unknown, type: ColumnType, where: Where, partial = false): Wire {
  if (type.value === undefined && fitsAsIs(value, type.key)) return value;
  let size: number;
  let wire: Wire;
  if (type.value) {
    const pairs = encodeMap(value, type as ColumnType & { value: BaseType }, where);
    size = pairs.length;
    wire = ['map', pairs];
  } else if (isCollection(value)) {
    const elements = (Array.isArray(value) ? value : [...value]).map((element) => encodeAtom(element, type.key, where));
    size = elements.length;
    wire = elements.length === 1 ? elements[0] : ['set', elements];
  } else if (value === null || value === undefined) {
    size = 0;
    wire = ['set', []];
  } else {
    return encodeAtom(value, type.key, where);
  }
  if (!partial && size < type.min) throw new SchemaError(`${where()} must have a value, and was given none`);
  if (!partial && size > type.max) {
    throw new SchemaError(`${where()} takes ${type.max} ${type.max === 1 ? 'value' : 'values'} at most, not ${size}`);
  }
  return wire;
}
