import { hostname } from 'node:os';

/** What a log message is printed from. */
export interface Entry {
  program: string;
  module: string;
  level: string;
  message: string;
  number: number;
  /** Milliseconds since the program began. */
  elapsed: number;
  time: Date;
}

/** Formats a message by a pattern of ovs-appctl(8), under "vlog/set PATTERN". */
export function formatEntry(pattern: string, entry: Entry): string {
  return pattern.replace(/%(-?)(0?)(\d*)(?:([dD])(?:\{([^}]*)\})?|(.))/g, (...match) => {
    const [, minus, zero, width, date, format, conversion] = match as (string | undefined)[];
    const text = date ? formatDate(format, entry.time, date === 'D') : convert(conversion!, entry);
    return minus ? text.padEnd(Number(width)) : text.padStart(Number(width), zero ? '0' : ' ');
  });
}

function convert(conversion: string, entry: Entry): string {
  switch (conversion) {
    case 'A':
      return entry.program;
    case 'B':
      return '';
    case 'c':
      return entry.module;
    case 'E':
      return hostname();
    case 'm':
      return entry.message;
    case 'N':
      return String(entry.number);
    case 'n':
      return '\n';
    case 'p':
      return entry.level;
    case 'P':
      return String(process.pid);
    case 'r':
      return String(entry.elapsed);
    case 't':
    case 'T':
      // The name of the thread; the main one has none.
      return '';
    case '%':
      return '%';
    default:
      return '';
  }
}

/** strftime(3) of what logs use; `#` are digits of the second's fraction. */
function formatDate(format = '%Y-%m-%d %H:%M:%S.###', time: Date, utc: boolean): string {
  const shifted = utc ? time : new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  const iso = shifted.toISOString();
  const parts: Readonly<Record<string, string>> = {
    Y: iso.slice(0, 4),
    m: iso.slice(5, 7),
    d: iso.slice(8, 10),
    e: iso.slice(8, 10).replace(/^0/, ' '),
    H: iso.slice(11, 13),
    M: iso.slice(14, 16),
    S: iso.slice(17, 19),
    h: shifted.toLocaleString('en', { month: 'short', timeZone: 'UTC' }),
    T: iso.slice(11, 19),
    F: iso.slice(0, 10),
    '%': '%',
  };
  const text = format.replace(/%(.)/g, (all, letter: string) => parts[letter] ?? all);
  return text.replace(/#+/g, (marks) => iso.slice(20, 23).padEnd(marks.length, '0').slice(0, marks.length));
}
