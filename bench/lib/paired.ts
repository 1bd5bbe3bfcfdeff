/** Milliseconds: of the clock, and of the processor (all threads of the process, the garbage collector's too). */
export interface Took {
  wall: number;
  cpu: number;
}

/** What two ways to do one thing took, each round of the one next to a round of the other. */
export interface Paired {
  /** Medians of a round. */
  ours: Took;
  theirs: Took;
  /** Medians over the rounds of theirs / ours: how many times faster ours is. */
  ratio: Took;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Measures `ours` and `theirs` in turns, so that a slow moment of the machine meets both; which goes first changes from
 * round to round. One round goes before and is not counted.
 */
export function paired(ours: () => void, theirs: () => void, rounds: number): Paired {
  const pairs: { ours: Took; theirs: Took }[] = [];
  for (let round = -1; round < rounds; round++) {
    const oursFirst = round % 2 === 0;
    const first = time(oursFirst ? ours : theirs);
    const second = time(oursFirst ? theirs : ours);
    if (round >= 0) pairs.push(oursFirst ? { ours: first, theirs: second } : { ours: second, theirs: first });
  }
  const middle = (value: (pair: { ours: Took; theirs: Took }) => number) => median(pairs.map(value));
  return {
    ours: { wall: middle(({ ours }) => ours.wall), cpu: middle(({ ours }) => ours.cpu) },
    theirs: { wall: middle(({ theirs }) => theirs.wall), cpu: middle(({ theirs }) => theirs.cpu) },
    ratio: {
      wall: middle(({ ours, theirs }) => theirs.wall / ours.wall),
      cpu: middle(({ ours, theirs }) => theirs.cpu / ours.cpu),
    },
  };
}

function time(run: () => void): Took {
  const before = process.cpuUsage();
  const start = performance.now();
  run();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1000 };
}
