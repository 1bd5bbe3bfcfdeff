import { type CallOptions, Waiter } from '../base/deadline.js';
import type { RowChange, Table } from './table.js';
import type { Atom } from './values.js';

/** How a wait ends without its answer. */
export interface WaitOptions extends CallOptions {
  /** What stands in the way, asked when the deadline has passed: an error, or words for the end of its message. */
  readonly why?: (() => unknown) | undefined;
}

/** Answers a waiting question from the replica's present state; `undefined` or `false` means "not yet". */
export type Predicate<T> = () => T | undefined | false;

interface Watcher {
  check(): void;
  fail(error: unknown): void;
}

/**
 * The waits on a replica. A wait on a row is checked only when a row under that index value changes, so that thousands
 * of them cost an update nothing.
 */
export class Watchers {
  readonly #general = new Set<Watcher>();
  /** By table, then index, then value. */
  readonly #byRow = new Map<string, Map<string, Map<Atom, Set<Watcher>>>>();

  /** Waits for a predicate over the whole replica. */
  wait<T>(what: string, predicate: Predicate<T>, options: WaitOptions, timeout: number): Promise<T> {
    return this.#wait(what, predicate, options, timeout, this.#general, () => {});
  }

  /** Waits for a predicate over the rows under one value of an index. */
  waitForRow<T>(
    what: string,
    [table, index, value]: readonly [string, string, Atom],
    predicate: Predicate<T>,
    options: WaitOptions,
    timeout: number,
  ): Promise<T> {
    const indexes = getOrAdd(this.#byRow, table, () => new Map<string, Map<Atom, Set<Watcher>>>());
    const values = getOrAdd(indexes, index, () => new Map<Atom, Set<Watcher>>());
    const watchers = getOrAdd(values, value, () => new Set<Watcher>());
    return this.#wait(what, predicate, options, timeout, watchers, () => {
      if (watchers.size === 0 && values.get(value) === watchers) values.delete(value);
    });
  }

  #wait<T>(
    what: string,
    predicate: Predicate<T>,
    options: WaitOptions,
    timeout: number,
    watchers: Set<Watcher>,
    released: () => void,
  ): Promise<T> {
    const waiter = new Waiter<T>(what, options, timeout, options.why);
    const watcher: Watcher = {
      check() {
        try {
          const answer = predicate();
          if (answer !== undefined && answer !== false) waiter.resolve(answer);
        } catch (error) {
          waiter.reject(error);
        }
      },
      fail: (error) => waiter.reject(error),
    };
    watchers.add(watcher);
    waiter.onEnd(() => {
      watchers.delete(watcher);
      released();
    });
    if (!waiter.settled) watcher.check();
    return waiter.promise;
  }

  /** Asks again whoever these changes may concern. */
  notify(changes: readonly RowChange[], tables: ReadonlyMap<string, Table>): void {
    const due = new Set(this.#general);
    for (const change of changes) {
      const indexes = this.#byRow.get(change.table);
      const table = tables.get(change.table);
      if (!indexes || !table) continue;
      for (const [index, values] of indexes) {
        if (values.size === 0) continue;
        for (const row of [change.old, change.new]) {
          if (row) collect(values, table.indexValuesAmong(index, row, values), due);
        }
      }
    }
    for (const watcher of due) watcher.check();
  }

  /** Ends every wait with an error. */
  failAll(error: unknown): void {
    const all = [...this.#general];
    for (const indexes of this.#byRow.values()) {
      for (const values of indexes.values()) {
        for (const watchers of values.values()) all.push(...watchers);
      }
    }
    for (const watcher of all) watcher.fail(error);
  }
}

function collect(values: Map<Atom, Set<Watcher>>, keys: Iterable<Atom>, due: Set<Watcher>): void {
  for (const key of keys) {
    for (const watcher of values.get(key) ?? []) due.add(watcher);
  }
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
