import type { RowChange } from './table.js';

/** What a reader of changes gets in one go: everything since the last time, each row once. */
export interface ChangeBatch {
  readonly changes: readonly RowChange[];
  /** The server could not tell the difference after a reconnect: the replica was loaded anew, and compared. */
  readonly resync: boolean;
}

/**
 * Changes in order, for one reader. Nothing is dropped and nothing piles up: while the reader is busy, the changes to a row
 * are joined into one, from what the reader last saw to what the row is now.
 */
export class ChangeStream implements AsyncIterableIterator<ChangeBatch> {
  readonly #pending = new Map<string, RowChange>();
  readonly #onEnd: () => void;
  #resync = false;
  #error: unknown;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  /** Takes changes in; for the replica. */
  push(changes: readonly RowChange[], resync: boolean): void {
    if (this.#ended) return;
    this.#resync ||= resync;
    for (const change of changes) this.#join(change);
    if (this.#pending.size > 0 || this.#resync) this.#wake?.();
  }

  #join(change: RowChange): void {
    const key = `${change.table} ${change.uuid}`;
    const before = this.#pending.get(key);
    // The row's latest change tells its place in the order.
    this.#pending.delete(key);
    const old = before ? before.old : change.old;
    if (old !== undefined || change.new !== undefined) this.#pending.set(key, { ...change, old });
  }

  /** Ends the stream once what is pending has been read; with an error, unless it was closed on purpose. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wake?.();
  }

  /** The changes since the last, joined; waits for the first. */
  async next(): Promise<IteratorResult<ChangeBatch>> {
    while (this.#pending.size === 0 && !this.#resync) {
      if (this.#ended) {
        if (this.#error !== undefined) throw this.#error;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const batch = { changes: [...this.#pending.values()], resync: this.#resync };
    this.#pending.clear();
    this.#resync = false;
    return { done: false, value: batch };
  }

  /** Ends the stream; what was not read is dropped. */
  async return(): Promise<IteratorResult<ChangeBatch>> {
    this.#pending.clear();
    this.#resync = false;
    this.end();
    this.#onEnd();
    return { done: true, value: undefined };
  }

  /** The stream itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }
}
