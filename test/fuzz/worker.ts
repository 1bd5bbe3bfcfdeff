import { parentPort, workerData } from 'node:worker_threads';
import { makeInput } from './mutate.js';
import { Random } from './random.js';
import { targets } from './targets/index.js';

/** What the worker is given; it writes each input to `shared`, before it runs it. */
export interface Order {
  readonly target: string;
  readonly seed: number;
  /** How many inputs; the first of these two that is reached ends it. */
  readonly runs: number;
  readonly milliseconds: number;
  /** Two whole numbers, the count of inputs and the length of the last, then the last. */
  readonly shared: SharedArrayBuffer;
}

/** What it says at its end. */
export interface Told {
  readonly runs: number;
  readonly failure: string | undefined;
}

function work({ target: name, seed, runs, milliseconds, shared }: Order): Told {
  const target = targets.find((one) => one.name === name);
  if (!target) throw new Error(`no target ${name}`);
  const [numbers, bytes] = [new Int32Array(shared, 0, 2), new Uint8Array(shared, 8)];
  const random = new Random(seed);
  const end = Date.now() + milliseconds;
  for (let run = 0; run < runs; run++) {
    if (run % 64 === 0 && Date.now() > end) return { runs: run, failure: undefined };
    const input = makeInput(target, random);
    bytes.set(input);
    numbers[1] = input.length;
    Atomics.store(numbers, 0, run + 1);
    try {
      target.check(input);
    } catch (error) {
      const { stack, cause } = error as Error;
      return { runs: run + 1, failure: `${stack}${cause ? `\ncause: ${(cause as Error).stack}` : ''}` };
    }
  }
  return { runs, failure: undefined };
}

parentPort?.postMessage(work(workerData as Order));
