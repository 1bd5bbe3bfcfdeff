import type { CallOptions } from '../base/deadline.js';
import type { Replica } from './replica.js';
import type { RowChange, Table } from './table.js';
import type { Atom, NamedUuid } from './values.js';

/**
 * Strong types for one database, written by `ovskit codegen` from its schema. All of it is types: at run time a typed
 * operation is the plain one, a typed replica is the replica, and the server's own schema is what values are checked by.
 */

/** What a generated file says of one table. */
export interface TableTypes {
  /** A row as a replica and `select` read it, with `_uuid` and `_version`. */
  readonly row: { readonly _uuid: string };
  /** What `insert` takes. */
  readonly insert: object;
  /** What `update` and `mutate` may change: columns that are mutable. */
  readonly update: object;
  /** The columns that find a row by themselves; a replica has an index on each. */
  readonly index: string;
}

/** What a generated file says of a database: its tables by name. */
export type DatabaseTypes<T> = { readonly [K in keyof T]: TableTypes };

/** The name of a table of this database. */
export type Name<T> = keyof T & string;
/** A row as it is read: its columns by name. */
export type RowOf<T extends DatabaseTypes<T>, K extends keyof T> = T[K]['row'];
/** The name of a column of this table. */
export type Column<T extends DatabaseTypes<T>, K extends keyof T> = keyof RowOf<T, K> & string;

/** A 64-bit integer: a `bigint` beyond 2^53. */
export type Integer = number | bigint;
/** A row of the database, or one that the same transaction inserts. */
export type Reference = string | NamedUuid;
/** What a set column may be given; a set of one may stand as its element. */
export type SetInput<T> = T | readonly T[] | ReadonlySet<T>;
/** What a map column may be given; a record stands for a map with string keys. */
export type MapInput<K, V> = ReadonlyMap<K, V> | (K extends string ? { readonly [P in K]?: V } : never);

type Numeric<V> = [Exclude<V, null>] extends [Integer] ? true : false;

/** What a column is compared with: what may be written to it, and for the columns that are never written, a uuid. */
export type Operand<T extends DatabaseTypes<T>, K extends keyof T, C> = C extends keyof T[K]['insert']
  ? Exclude<T[K]['insert'][C], undefined>
  : Reference;

type Equality = '==' | '!=' | 'includes' | 'excludes';
type Order = '<' | '<=' | '>=' | '>';
type Arithmetic = '+=' | '-=' | '*=' | '/=' | '%=';

/** A condition on a table (RFC 7047, section 5.1); numbers alone have an order. */
export type ConditionOf<T extends DatabaseTypes<T>, K extends keyof T> = {
  [C in Column<T, K>]:
    | readonly [column: C, fn: Equality, value: Operand<T, K, C>]
    | (Numeric<RowOf<T, K>[C]> extends true ? readonly [column: C, fn: Order, value: Integer] : never);
}[Column<T, K>];

type MutationOfColumn<C, Read, Written> =
  Read extends ReadonlyMap<infer Key, unknown>
    ?
        | readonly [column: C, mutator: 'insert', value: Written]
        | readonly [column: C, mutator: 'delete', value: Written | readonly Key[] | ReadonlySet<Key>]
    : Read extends readonly (infer Element)[]
      ?
          | readonly [column: C, mutator: 'insert' | 'delete', value: Written]
          | ([Element] extends [Integer] ? readonly [column: C, mutator: Arithmetic, value: Integer] : never)
      : never;

/** A mutation of a table (RFC 7047, section 5.1): arithmetic for numbers, insert and delete for sets and maps. */
export type MutationOf<T extends DatabaseTypes<T>, K extends keyof T> = {
  [C in keyof T[K]['update'] & Column<T, K>]: Numeric<RowOf<T, K>[C]> extends true
    ? readonly [column: C, mutator: Arithmetic, value: Integer]
    : null extends RowOf<T, K>[C]
      ? readonly [column: C, mutator: 'insert' | 'delete', value: Exclude<T[K]['update'][C], undefined>]
      : MutationOfColumn<C, RowOf<T, K>[C], Exclude<T[K]['update'][C], undefined>>;
}[keyof T[K]['update'] & Column<T, K>];

/** What a replica holds of one table; `COLUMN:KEY` indexes a map column by one of its keys. */
export interface TableSelectionOf<T extends DatabaseTypes<T>, K extends keyof T> {
  readonly columns?: readonly Column<T, K>[] | undefined;
  readonly where?: readonly ConditionOf<T, K>[] | undefined;
  readonly index?: readonly (Column<T, K> | `${Column<T, K>}:${string}`)[] | undefined;
}

/** The tables of a typed replica. */
export type SelectionOf<T extends DatabaseTypes<T>> = { readonly [K in Name<T>]?: TableSelectionOf<T, K> };

/** A row with just the columns of a selection, or all of them. */
export type SelectedRowOf<T extends DatabaseTypes<T>, S extends SelectionOf<T>, K extends Name<T> & keyof S> =
  NonNullable<S[K]> extends { readonly columns: readonly (infer C)[] }
    ? Pick<RowOf<T, K>, (C & Column<T, K>) | '_uuid'>
    : RowOf<T, K>;

type IndexOf<T extends DatabaseTypes<T>, S extends SelectionOf<T>, K extends Name<T> & keyof S> =
  | T[K]['index']
  | (NonNullable<S[K]> extends { readonly index: readonly (infer I)[] } ? I & string : never);

/** What an index is asked for: a column's value, an element of its set, or any atom for a key of a map. */
type IndexValue<Row, I> = I extends keyof Row
  ? Row[I] extends readonly (infer E)[]
    ? E
    : Exclude<Row[I], null | undefined> & Atom
  : Atom;

/** One table of a typed replica. */
export interface TableOf<Row extends { readonly _uuid: string }, Index extends string>
  extends Omit<Table<Row>, 'find' | 'findAll' | 'indexValues' | 'indexValuesAmong'> {
  /** The first row that the index has for a value. */
  find<I extends Index>(index: I, value: IndexValue<Row, I>): Row | undefined;
  /** All rows that the index has for a value. */
  findAll<I extends Index>(index: I, value: IndexValue<Row, I>): readonly Row[];
  /** What an index knows a row by. */
  indexValues(index: Index, row: Row): readonly Atom[];
}

/** What happened to a row of any table of the selection; `table` tells which. */
export type RowChangeOf<T extends DatabaseTypes<T>, S extends SelectionOf<T>> = {
  [K in Name<T> & keyof S]: RowChange<SelectedRowOf<T, S, K>> & { readonly table: K };
}[Name<T> & keyof S];

/** A replica whose tables, indexes and changes are typed by its selection. */
export interface ReplicaOf<T extends DatabaseTypes<T>, S extends SelectionOf<T>>
  extends Omit<Replica, 'table' | 'waitForRow' | 'onChange' | 'changeConditions'> {
  /** A table of the selection. */
  table<K extends Name<T> & keyof S>(name: K): TableOf<SelectedRowOf<T, S, K>, IndexOf<T, S, K>>;
  /** Calls `listener` with each batch of changes. @returns what ends that */
  onChange(listener: (changes: readonly RowChangeOf<T, S>[]) => void): () => void;
  /** Chooses other rows; resolves when the replica has them. */
  changeConditions(
    conditions: { readonly [K in Name<T> & keyof S]?: readonly ConditionOf<T, K>[] | undefined },
    options?: CallOptions,
  ): Promise<void>;
  /** Waits until the row that the index finds satisfies the predicate. @returns what that returned */
  waitForRow<K extends Name<T> & keyof S, I extends IndexOf<T, S, K>, R>(
    where: readonly [table: K, index: I, value: IndexValue<SelectedRowOf<T, S, K>, I>],
    predicate: (row: SelectedRowOf<T, S, K> | undefined) => R | undefined | false,
    options?: CallOptions & { what?: string },
  ): Promise<R>;
}
