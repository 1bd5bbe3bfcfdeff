/**
 * What waits to be committed, first come first served. What a transaction has failed with comes back to the front in
 * groups, none of which is joined with others.
 */
export class Queue<T> {
  readonly #groups: Set<T>[] = [];
  readonly #rest = new Set<T>();

  get size(): number {
    let size = this.#rest.size;
    for (const group of this.#groups) size += group.size;
    return size;
  }

  add(item: T): void {
    this.#rest.add(item);
  }

  /** @returns whether it was there. */
  remove(item: T): boolean {
    if (this.#rest.delete(item)) return true;
    return this.#groups.some((group) => group.delete(item));
  }

  /** Whether what comes next is a group. */
  get grouped(): boolean {
    return this.head() !== this.#rest;
  }

  /** Those that may be committed together now, in order: the first group, or else all the rest. */
  head(): Iterable<T> {
    while (this.#groups[0]?.size === 0) this.#groups.shift();
    return this.#groups[0] ?? this.#rest;
  }

  /** Puts groups of items to the front, in order. */
  putBack(...groups: readonly (readonly T[])[]): void {
    this.#groups.unshift(...groups.filter((group) => group.length > 0).map((group) => new Set(group)));
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (const group of this.#groups) yield* group;
    yield* this.#rest;
  }
}

/** Two halves, the first the larger; one of them holds the guilty. */
export function halves<T>(items: readonly T[]): [T[], T[]] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}
