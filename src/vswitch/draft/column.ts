import type { ColumnType } from '../../ovsdb/schema.js';
import { type Atom, defaultAtom, isScalar, type Value, ZERO_UUID } from '../../ovsdb/values.js';
import type { Steps } from './journal.js';

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
  return defaultAtom(type.key.type);
}

/** Whether a value may be some type's default: nearly none is, and the type need not be looked up. */
export function mayBeDefault(value: Atom): boolean {
  return value === '' || value === false || value === 0 || value === ZERO_UUID;
}

/** One change of some members. */
export interface Step {
  readonly insert: Members;
  /** Keys; a pair is deleted only if its value matches where one is given. */
  readonly remove: Members;
  /** Sent although it may change nothing. */
  readonly always?: boolean;
}

/** All changes of a column's members so far: what is removed first, and what is inserted then. */
export class Delta {
  readonly insert = new Map<Atom, Atom | undefined>();
  /** A pair goes only if its value matches where one is given. */
  readonly remove = new Map<Atom, Atom | undefined>();
  always = false;

  /** Whether a step would take back what is done so far. */
  isUndoneBy(step: Step): boolean {
    return step.remove.some(([key]) => this.insert.has(key)) || step.insert.some(([key]) => this.remove.has(key));
  }

  /** @param fresh whether a member is a row that the draft inserts: taken back, it was never there. */
  take(step: Step, steps: Steps, fresh: (key: Atom) => boolean): void {
    for (const [key, value] of step.remove) {
      if (value === undefined || this.insert.get(key) === value) steps.delete(this.insert, key);
      if (fresh(key)) continue;
      // A key that goes with any value covers one that goes with a certain one.
      const whole = this.remove.has(key) && this.remove.get(key) === undefined;
      if (!whole) steps.set(this.remove, key, value);
    }
    for (const [key, value] of step.insert) if (!this.insert.has(key)) steps.set(this.insert, key, value);
    if (step.always && !this.always) {
      this.always = true;
      steps.push(() => {
        this.always = false;
      });
    }
  }
}

/** What is done to a column: it is written, or some of its members change. */
export type Change = Value | Delta;

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
