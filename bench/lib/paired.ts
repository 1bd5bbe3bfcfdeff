import { median } from './stats.js';

export { median };

/** What two ways to do one thing took, each round of the one next to a round of the other. */
export interface Paired {
  /** Milliseconds of each round. */
  oursTook: number[];
  theirsTook: number[];
  /** Median milliseconds of a round. */
  ours: number;
  theirs: number;
  /** The median over the rounds of theirs / ours: how many times faster ours is. */
  medianRatio: number;
  /** Fastest round of theirs / fastest round of ours: what else runs on the machine only ever adds to a round. */
  fastestRatio: number;
}

/**
 * Measures `ours` and `theirs` in turns, so that a slow moment of the machine meets both; which goes first changes from
 * round to round. One round goes before and is not counted.
 */
export function paired(ours: () => void, theirs: () => void, rounds: number): Paired {
  const oursTook: number[] = [];
  const theirsTook: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const oursFirst = round % 2 === 0;
    const first = time(oursFirst ? ours : theirs);
    const second = time(oursFirst ? theirs : ours);
    if (round < 0) continue;
    oursTook.push(oursFirst ? first : second);
    theirsTook.push(oursFirst ? second : first);
  }
  return {
    oursTook,
    theirsTook,
    ours: median(oursTook),
    theirs: median(theirsTook),
    medianRatio: median(oursTook.map((took, round) => theirsTook[round]! / took)),
    fastestRatio: Math.min(...theirsTook) / Math.min(...oursTook),
  };
}

function time(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}
