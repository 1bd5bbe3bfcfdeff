/** Takes note of what is done, step by step, or has no need to. */
export interface Steps {
  /** Does nothing now; `undo` takes back what the caller has done. */
  push(undo: () => void): void;
  set<K, V>(map: Map<K, V>, key: K, value: V): void;
  delete<K, V>(map: Map<K, V>, key: K): void;
}

/** What has been done to a draft, step by step, so that the steps since a mark can be taken back. */
export class Journal implements Steps {
  readonly #undos: (() => void)[] = [];

  /** How far it has come. */
  get mark(): number {
    return this.#undos.length;
  }

  push(undo: () => void): void {
    this.#undos.push(undo);
  }

  set<K, V>(map: Map<K, V>, key: K, value: V): void {
    if (map.has(key)) {
      const old = map.get(key) as V;
      this.#undos.push(() => map.set(key, old));
    } else this.#undos.push(() => map.delete(key));
    map.set(key, value);
  }

  delete<K, V>(map: Map<K, V>, key: K): void {
    if (!map.has(key)) return;
    const old = map.get(key) as V;
    map.delete(key);
    this.#undos.push(() => map.set(key, old));
  }

  /** Takes back what was done since the mark, last first. */
  rollBack(mark: number): void {
    while (this.#undos.length > mark) this.#undos.pop()!();
  }
}

/** Does as a journal does, and takes no note: for what goes with the row that it is part of. */
export const UNNOTED: Steps = {
  push: () => {},
  set: (map, key, value) => void map.set(key, value),
  delete: (map, key) => void map.delete(key),
};
