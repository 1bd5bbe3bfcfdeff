import { type CallOptions, Waiter } from '../base/deadline.js';

/** Calls for one device wait for each other; calls for different devices run side by side. */
export class Turns {
  /** The last call for each device that has one under way. */
  readonly #tails = new Map<string, Promise<void>>();

  /** Runs `work` when the calls before it for any of the devices have ended, however they did. */
  take<T>(devices: readonly string[], options: CallOptions, work: () => Promise<T>): Promise<T> {
    const before = devices.flatMap((device) => this.#tails.get(device) ?? []);
    const turn = before.length > 0 ? wait(devices, before, options).then(work) : work();
    // One that gives up waiting leaves its turn to the next, which still comes after those before.
    const tail: Promise<void> = Promise.allSettled([...before, turn]).then(() => {
      for (const device of devices) if (this.#tails.get(device) === tail) this.#tails.delete(device);
    });
    for (const device of devices) this.#tails.set(device, tail);
    return turn;
  }

  /** Waits for the calls under way. */
  async end(): Promise<void> {
    await Promise.all(this.#tails.values());
  }
}

function wait(devices: readonly string[], before: readonly Promise<void>[], options: CallOptions): Promise<void> {
  const what = `waiting for the call before on ${devices.join(', ')}`;
  const waiter = new Waiter<void>(what, options, Number.POSITIVE_INFINITY);
  void Promise.all(before).then(() => waiter.resolve());
  return waiter.promise;
}
