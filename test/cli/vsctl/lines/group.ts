/** Command lines that are run one after the other on a database that is empty at first; words are quoted as in sh(1). */
export interface Group {
  readonly name: string;
  readonly lines: string;
  /** Whether --no-wait is left out. */
  readonly waits?: boolean;
}

export function linesOf(group: Group): string[] {
  return group.lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
