import type { DatabaseSchema, Replica, Table } from '../../ovsdb/index.js';
import type { Atom, Value } from '../../ovsdb/values.js';
import { lightColumns } from './columns.js';
import type { Read, ReadCache, Source, WholeColumn } from './reads.js';

/** What a replica holds of a table. */
interface Held {
  readonly table: Table;
  readonly columns: ReadonlySet<string>;
  readonly indexes: ReadonlySet<string>;
}

/** What a replica was asked to hold: columns by table, and the indexes besides those of names. */
export type HeldColumns = Readonly<
  Record<string, { readonly columns: readonly string[]; readonly index?: readonly string[] }>
>;

/** Reads from a warm replica, through its indexes; what it doesn't hold comes from a cache that is filled by `select`. */
export class ReplicaSource implements Source {
  readonly #cache: ReadCache;
  readonly #held = new Map<string, Held>();
  /** By what they hang on, with the sum of the indexes' versions. */
  readonly #kept = new Map<readonly WholeColumn[], { version: number; readonly answers: Map<string, unknown> }>();

  constructor(replica: Replica, selection: HeldColumns, cache: ReadCache) {
    this.#cache = cache;
    for (const [name, { columns, index = [] }] of Object.entries(selection)) {
      const indexes = new Set([...(columns.includes('name') ? ['name'] : []), ...index]);
      this.#held.set(name, { table: replica.table(name), columns: new Set(['_uuid', ...columns]), indexes });
    }
  }

  lookup(read: Read): readonly string[] {
    const held = this.#held.get(read.table);
    return (held && lookUp(held, read)) ?? this.#cache.lookup(read);
  }

  find(schema: DatabaseSchema, table: string, column: string, value: Atom): readonly string[] {
    const held = this.#held.get(table);
    if (held?.indexes.has(column)) return held.table.uuidsOf(column, value);
    return this.lookup({ table, where: [[column, '==', value]], columns: lightColumns(schema, table) });
  }

  once<T>(question: string, on: readonly WholeColumn[], answer: () => T): T {
    let version = 0;
    for (const [table, column] of on) {
      const held = this.#held.get(table);
      if (!held?.indexes.has(column)) return answer();
      version += held.table.versionOf(column);
    }
    let kept = this.#kept.get(on);
    if (kept?.version !== version) {
      kept = { version, answers: new Map() };
      this.#kept.set(on, kept);
    }
    const known = kept.answers.get(question) as T | undefined;
    if (known !== undefined) return known;
    const found = answer();
    if (found !== undefined) kept.answers.set(question, found);
    return found;
  }

  value(table: string, uuid: string, column: string, hint: readonly string[]): Value | undefined {
    const held = this.#held.get(table);
    if (held) {
      const row = held.table.get(uuid);
      if (!row) return undefined;
      if (held.columns.has(column)) return row[column] as Value;
    }
    return this.#cache.value(table, uuid, column, hint);
  }

  want(read: Read): void {
    if (!this.#held.has(read.table)) this.#cache.want(read);
  }
}

/** The rows, if the replica can tell without looking at all of them. */
function lookUp({ table, indexes }: Held, { where }: Read): readonly string[] | undefined {
  if (where.length > 1) return undefined;
  const [condition] = where;
  if (!condition) return Array.from(table.rows(), (row) => row._uuid);
  const [column, fn, value] = condition;
  if (fn === '==' && column === '_uuid') return table.get(value as string) ? [value as string] : [];
  if (!indexes.has(column)) return undefined;
  if (fn === 'includes') {
    const elements = value as readonly string[];
    if (elements.length !== 1) return undefined;
    return table.uuidsOf(column, elements[0]!);
  }
  return fn === '==' ? table.uuidsOf(column, value as string | boolean) : undefined;
}
