/** What has been done to a draft, step by step, so that the steps since a mark can be taken back. */
export class Journal {
  readonly #undos: (() => void)[] = [];

  /** How far it has come. */
  get mark(): number {
    return this.#undos.length;
  }

  add(undo: () => void): void {
    this.#undos.push(undo);
  }

  set<K, V>(map: Map<K, V>, key: K, value: V): void {
    const old = map.get(key);
    const had = old !== undefined || map.has(key);
    map.set(key, value);
    this.#undos.push(had ? () => map.set(key, old as V) : () => map.delete(key));
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
