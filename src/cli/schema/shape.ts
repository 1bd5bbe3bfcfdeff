/** The shapes that values and types share. */

export type AtomicType = 'integer' | 'real' | 'boolean' | 'string' | 'uuid';
/** One value: an integer as bigint where it is large, a uuid as its text in lower case. */
export type Atom = number | bigint | boolean | string;

/** A column's value: sorted keys, and for a map the value of each. */
export interface Datum {
  readonly keys: readonly Atom[];
  readonly values: readonly Atom[] | undefined;
}

/** An atom's type and its constraints (RFC 7047 section 3.2, `<base-type>`). */
export interface BaseType {
  readonly type: AtomicType;
  readonly enum?: Datum;
  /** The least and greatest integer or real, or a string's length in characters. */
  readonly min?: number | bigint;
  readonly max?: number | bigint;
  readonly refTable?: string;
  readonly refType?: 'strong' | 'weak';
}

/** A column's type; `max` is `Infinity` for "unlimited". */
export interface ColumnType {
  readonly key: BaseType;
  readonly value: BaseType | undefined;
  readonly min: number;
  readonly max: number;
}
