import type { Client, MonitorOptions, TransactionResult, TransactOptions } from './client.js';
import { SchemaError } from './errors.js';
import {
  type DeleteOperation,
  deleteRows,
  type InsertOperation,
  insert,
  type MutateOperation,
  mutate,
  type Operation,
  type SelectOperation,
  select,
  type UpdateOperation,
  update,
  type WaitOperation,
  wait,
} from './operations.js';
import type { Replica } from './replica.js';
import type { DatabaseSchema } from './schema.js';
import type {
  Column,
  ConditionOf,
  DatabaseTypes,
  MutationOf,
  Name,
  Operand,
  ReplicaOf,
  RowOf,
  SelectionOf,
} from './table-types.js';

/** What `client.monitor` takes. */
type Selection = Parameters<Client['monitor']>[1];

/** A database by its generated types: builders of operations, and the calls of a client that are bound to it. */
export class Database<T extends DatabaseTypes<T>> {
  constructor(
    /** The database's name on the server. */
    readonly name: string,
    /** The version of the schema that the types were made from. */
    readonly version: string,
    /** Every table's columns, without `_uuid` and `_version`. */
    readonly tables: { readonly [K in Name<T>]: readonly Column<T, K>[] },
  ) {}

  /** {@link insert}, typed. */
  insert<K extends Name<T>>(table: K, row: T[K]['insert'], name?: Parameters<typeof insert>[2]): InsertOperation {
    return insert(table, row as InsertOperation['row'], name);
  }

  /** {@link select}, typed; the result's rows are typed too. */
  select<K extends Name<T>>(table: K, where: readonly ConditionOf<T, K>[]): SelectOperation<RowOf<T, K>>;
  select<K extends Name<T>, const C extends Column<T, K>>(
    table: K,
    where: readonly ConditionOf<T, K>[],
    columns: readonly C[],
  ): SelectOperation<Pick<RowOf<T, K>, C>>;
  select<K extends Name<T>>(table: K, where: readonly ConditionOf<T, K>[], columns?: readonly Column<T, K>[]): unknown {
    return select(table, where as SelectOperation['where'], columns);
  }

  /** {@link update}, typed. */
  update<K extends Name<T>>(table: K, where: readonly ConditionOf<T, K>[], row: T[K]['update']): UpdateOperation {
    return update(table, where as UpdateOperation['where'], row as UpdateOperation['row']);
  }

  /** {@link mutate}, typed. */
  mutate<K extends Name<T>>(
    table: K,
    where: readonly ConditionOf<T, K>[],
    mutations: readonly MutationOf<T, K>[],
  ): MutateOperation {
    return mutate(table, where as MutateOperation['where'], mutations as MutateOperation['mutations']);
  }

  /** {@link deleteRows}, typed. */
  deleteRows<K extends Name<T>>(table: K, where: readonly ConditionOf<T, K>[]): DeleteOperation {
    return deleteRows(table, where as DeleteOperation['where']);
  }

  /** {@link wait}, typed. */
  wait<K extends Name<T>, const C extends Column<T, K>>(
    table: K,
    where: readonly ConditionOf<T, K>[],
    columns: readonly C[],
    until: '==' | '!=',
    rows: readonly { readonly [P in C]?: Operand<T, K, P> }[],
    timeout?: number,
  ): WaitOperation {
    return wait(table, where as WaitOperation['where'], columns, until, rows as WaitOperation['rows'], timeout);
  }

  /** {@link Client.transact} on this database. */
  transact<const O extends readonly Operation[]>(
    client: Client,
    operations: O,
    options?: TransactOptions,
  ): Promise<TransactionResult<O>> {
    return client.transact(this.name, operations, options);
  }

  /**
   * {@link Client.monitor} of this database. A table whose columns are not named is read with those that its type has,
   * whatever else the server's schema may have by now.
   */
  async monitor<const S extends SelectionOf<T>>(
    client: Client,
    selection: S,
    options?: MonitorOptions,
  ): Promise<ReplicaOf<T, S>> {
    return this.narrow<S>(await client.monitor(this.name, this.complete(selection), options));
  }

  /** A selection with the columns of every table named, as `client.monitor` takes it. */
  complete(selection: SelectionOf<T>): Selection {
    const tables = Object.entries(selection as Selection);
    return Object.fromEntries(
      tables.map(([name, table]) => [name, { ...table, columns: table.columns ?? this.tables[name as Name<T>] }]),
    );
  }

  /** A replica of the selection `S` by its types; it is the replica itself. */
  narrow<S extends SelectionOf<T>>(replica: Replica): ReplicaOf<T, S> {
    return replica as unknown as ReplicaOf<T, S>;
  }

  /**
   * What the types have and a server's schema has not, as `TABLE` or `TABLE.COLUMN`: empty when the types fit.
   * Ask before use where servers may be older than the types.
   */
  missingFrom(schema: DatabaseSchema): string[] {
    if (schema.name !== this.name) {
      throw new SchemaError(`these are the types of database ${this.name}, not of ${schema.name}`);
    }
    return Object.entries<readonly string[]>(this.tables).flatMap(([name, columns]) => {
      const table = schema.tables.get(name);
      return table
        ? columns.filter((column) => !table.columns.has(column)).map((column) => `${name}.${column}`)
        : [name];
    });
  }
}

/** Makes a {@link Database}; generated files end in a call of it. */
export function defineDatabase<T extends DatabaseTypes<T>>(definition: {
  readonly name: string;
  readonly version: string;
  readonly tables: { readonly [K in Name<T>]: readonly Column<T, K>[] };
}): Database<T> {
  return new Database(definition.name, definition.version, definition.tables);
}
