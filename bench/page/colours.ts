/** A colour for each contestant, the same in every chart: a class, whose colours for light and dark are in style.ts. */
import type { Results } from '../lib/results.js';

const RIVAL_CLASSES = 6;

const isOurs = (name: string): boolean => /^(?:ovskit|framer)\b/.test(name);

export class Colours {
  readonly #classes = new Map<string, string>();

  constructor(results: Results) {
    const names = results.reports.flatMap(({ measures }) =>
      measures.flatMap(({ contestants }) => contestants.map(({ name }) => name)),
    );
    let rivals = 0;
    let ours = 0;
    for (const name of new Set(names)) {
      if (name === 'floor.c') this.#classes.set(name, 'floor');
      else if (isOurs(name)) this.#classes.set(name, name.includes(',') ? `ours${1 + (ours++ % 2)}` : 'ours');
      else this.#classes.set(name, `rival${rivals++ % RIVAL_CLASSES}`);
    }
  }

  of(name: string): string {
    return this.#classes.get(name) ?? 'floor';
  }
}
