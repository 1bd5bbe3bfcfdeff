/** What a plugging process says of each plug and unplug, in a file that outlives it. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

export type Direction = 'plug' | 'unplug';
export type Phase = 'started' | 'done' | 'failed';

export interface Entry {
  readonly direction: Direction;
  readonly phase: Phase;
  /** The VIF's number. */
  readonly vif: number;
  /** The code of the error of one that failed. */
  readonly code: string;
}

/** Written at once and whole, so that nothing that was reported is lost with the process. */
export class LedgerWriter {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, 'a', 0o600);
  }

  write(direction: Direction, phase: Phase, vif: number, code = '-'): void {
    writeSync(this.#file, `${direction} ${phase} ${vif} ${code}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}

export function readLedger(path: string): Entry[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [direction, phase, vif, code] = line.split(' ');
    return { direction: direction as Direction, phase: phase as Phase, vif: Number(vif), code: code ?? '' };
  });
}

/** The last entry of each VIF. What it started and did not end may have happened or not. */
export function lastOf(entries: readonly Entry[]): Map<number, Entry> {
  return new Map(entries.map((entry) => [entry.vif, entry]));
}

/** How many there are of each kind: `plug done`, `unplug failed ERR_TIMEOUT`, ... */
export function tally(entries: readonly Entry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { direction, phase, code } of entries) {
    const kind = phase === 'failed' ? `${direction} ${phase} ${code}` : `${direction} ${phase}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
