/**
 * Watches for silence. After `interval` milliseconds without a byte from the peer, `probe` is called; after as long
 * again without one, `dead`. Bytes that wait in the kernel while our own event loop is blocked count as heard.
 */
export class Probe {
  readonly #interval: number;
  readonly #probe: () => void;
  readonly #dead: () => void;
  #heardAt = performance.now();
  #probing = false;
  #timer: NodeJS.Timeout;
  #check: NodeJS.Immediate | undefined;

  constructor(interval: number, probe: () => void, dead: () => void) {
    this.#interval = interval;
    this.#probe = probe;
    this.#dead = dead;
    this.#timer = this.#wait(interval);
  }

  /** A byte came. */
  heard(): void {
    this.#heardAt = performance.now();
    this.#probing = false;
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#check);
  }

  #wait(delay: number): NodeJS.Timeout {
    return setTimeout(this.#onTimer, delay).unref();
  }

  readonly #onTimer = (): void => {
    const silence = performance.now() - this.#heardAt;
    if (this.#probing) {
      // Timers come before input in a turn of the event loop: look once more after the input.
      this.#check = setImmediate(this.#onChecked);
    } else if (silence < this.#interval) {
      this.#timer = this.#wait(Math.ceil(this.#interval - silence));
    } else {
      this.#probing = true;
      this.#timer = this.#wait(this.#interval);
      this.#probe();
    }
  };

  readonly #onChecked = (): void => {
    if (this.#probing) this.#dead();
    else this.#onTimer();
  };
}
