import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';

/** Milliseconds: longer than a server on this machine takes for most transactions; too short to cost anybody much. */
const LONGEST = 0.25;

/** With one processor, to wait awake would keep the server from working. */
const worthwhile = availableParallelism() > 1;

/**
 * Keeps the event loop awake for a moment after a lone request has gone out: it asks for bytes again and again in place of
 * sleeping until they come. To fall asleep and be woken takes a process as long as the server takes for a small
 * transaction. Whatever else the loop has to do goes on.
 */
export class Spin {
  readonly #over: () => boolean;
  readonly #longest: number;
  #deadline = 0;
  #spinning = false;

  /** @param over whether there is nothing to wait for any more. @param longest milliseconds. */
  constructor(over: () => boolean, longest = LONGEST) {
    this.#longest = longest;
    this.#over = over;
  }

  start(): void {
    if (!worthwhile) return;
    this.#deadline = performance.now() + this.#longest;
    if (this.#spinning) return;
    this.#spinning = true;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    if (this.#over() || performance.now() > this.#deadline) this.#spinning = false;
    else setImmediate(this.#turn);
  };
}
