/** `count` of the items, in their order; the same ones for the same seed. */
export function pick<T>(items: readonly T[], count: number, seed: number): T[] {
  const random = generator(seed);
  const ranked = items.map((item, index) => ({ item, index, rank: random() }));
  ranked.sort((a, b) => a.rank - b.rank);
  return ranked
    .slice(0, Math.min(count, items.length))
    .sort((a, b) => a.index - b.index)
    .map(({ item }) => item);
}

/** Mulberry32: numbers from 0 to 1, good enough to choose by. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
