/** The largest delay that Node's timers take; a longer one would fire at once. */
const MAX_DELAY = 2 ** 31 - 1;

/** What ends by itself when its time is up. */
export interface Expiring {
  /** On the clock of `performance.now()`. */
  readonly deadline: number;
  expire(): void;
}

/**
 * The deadlines of many calls on one timer. It is set for the earliest of them and left alone when that
 * call is answered in time, as nearly all are: a timer made and cleared for each call cost a twentieth of a round trip.
 * An answer that came in time counts, though a busy event loop gets to it later.
 */
export class Deadlines {
  readonly #calls: () => Iterable<Expiring>;
  #timer: NodeJS.Timeout | undefined;
  #lastLook: NodeJS.Immediate | undefined;
  #due = Number.POSITIVE_INFINITY;

  /** @param calls those that wait now. */
  constructor(calls: () => Iterable<Expiring>) {
    this.#calls = calls;
  }

  /** Sees to it that the call is looked at when its deadline comes. */
  watch(call: Expiring): void {
    if (call.deadline >= this.#due) return;
    this.stop();
    this.#due = call.deadline;
    const delay = Math.ceil(Math.max(0, this.#due - performance.now()));
    this.#timer = setTimeout(this.#onTimer, Math.min(delay, MAX_DELAY)).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#lastLook);
    this.#due = Number.POSITIVE_INFINITY;
  }

  readonly #onTimer = (): void => {
    // Timers come before input in a turn of the event loop. One that is unref'd would wait for the next input, however long that takes.
    this.#lastLook = setImmediate(this.#sweep);
  };

  readonly #sweep = (): void => {
    this.#due = Number.POSITIVE_INFINITY;
    const now = performance.now();
    const overdue: Expiring[] = [];
    let next: Expiring | undefined;
    for (const call of this.#calls()) {
      if (call.deadline <= now) overdue.push(call);
      else if (!next || call.deadline < next.deadline) next = call;
    }
    if (next) this.watch(next);
    // A busy process may find several overdue at once; they end in the order of their deadlines all the same.
    overdue.sort((a, b) => a.deadline - b.deadline);
    for (const call of overdue) call.expire();
  };
}
