/** One line of what a planner or a run has to say. */
export interface LogEntry {
  readonly level: 'info' | 'warning';
  readonly message: string;
}

/** Where a planner leaves its remarks: planning itself touches nothing. */
export class Log {
  readonly entries: LogEntry[] = [];

  info(message: string): void {
    this.entries.push({ level: 'info', message });
  }

  warn(message: string): void {
    this.entries.push({ level: 'warning', message });
  }
}
