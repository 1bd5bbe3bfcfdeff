import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { logDirectory } from '../../base/directories.js';
import { Exit, Fatal } from '../fatal.js';
import { errnoOf, strerror } from '../strerror.js';
import { modules } from './modules.js';
import { formatEntry } from './pattern.js';

const levels = ['OFF', 'EMER', 'ERR', 'WARN', 'INFO', 'DBG'] as const;
export type Level = (typeof levels)[number];
const destinations = ['SYSLOG', 'CONSOLE', 'FILE'] as const;
type Destination = (typeof destinations)[number];
const facilities = new Set(
  (
    'kern user mail daemon auth syslog lpr news uucp clock ftp ntp audit alert clock2 ' +
    'local0 local1 local2 local3 local4 local5 local6 local7'
  ).split(' '),
);

/**
 * The log of a stock-compatible command (lib/vlog.c): messages of a module and level go to the console and to a file,
 * each with its pattern. Nothing goes to syslog: Node has no datagram sockets in the file system.
 */
export class Vlog {
  readonly program: string;
  readonly #console: (text: string) => void;
  readonly #patterns = {
    SYSLOG: '',
    CONSOLE: '%D{%Y-%m-%dT%H:%M:%SZ}|%05N|%c%T|%p|%m',
    FILE: '%D{%Y-%m-%dT%H:%M:%S.###Z}|%05N|%c%T|%p|%m',
  };
  readonly #levels = new Map<string, Record<Destination, number>>();
  #default = { SYSLOG: 4, CONSOLE: 4, FILE: 4 };
  #file: number | undefined;
  #count = 0;
  readonly #start = Date.now();

  constructor(program: string, console: (text: string) => void) {
    this.program = program;
    this.#console = console;
  }

  log(module: string, level: Level, message: string): void {
    const rank = levels.indexOf(level);
    const set = this.#levels.get(module) ?? this.#default;
    const toConsole = rank <= set.CONSOLE;
    const toFile = this.#file !== undefined && rank <= set.FILE;
    // Nothing goes to syslog, but what would have gone there has a number.
    const number = toConsole || toFile || rank <= set.SYSLOG ? ++this.#count : 0;
    if (!toConsole && !toFile) return;
    const entry = {
      program: this.program,
      module,
      level,
      message,
      number,
      elapsed: Date.now() - this.#start,
      time: new Date(),
    };
    if (toConsole) this.#console(`${formatEntry(this.#patterns.CONSOLE, entry)}\n`);
    if (toFile) writeSync(this.#file!, `${formatEntry(this.#patterns.FILE, entry)}\n`);
  }

  enabled(module: string, level: Level): boolean {
    const set = this.#levels.get(module) ?? this.#default;
    const rank = levels.indexOf(level);
    return rank <= set.CONSOLE || (this.#file !== undefined && rank <= set.FILE);
  }

  /** `-v[SPEC]`. @throws {Fatal} */
  setFromOption(spec: string | undefined): void {
    const complaint = spec === undefined ? this.set('dbg') : this.set(spec);
    if (complaint !== undefined) throw new Fatal(`processing "${spec}": ${complaint}`);
  }

  /** `vlog/set SPEC`. @returns what is wrong with it. */
  set(spec: string): string | undefined {
    const words = spec.split(/[ ,:\t]+/).filter((word) => word !== '');
    const first = words[0]?.toUpperCase();
    if (first === 'PATTERN') return this.#setPattern(spec, words[1]);
    if (first === 'FACILITY') return facilities.has(words[1]?.toLowerCase() ?? '') ? undefined : 'invalid facility';
    let module: string | undefined;
    let level: number | undefined;
    let destination: Destination | undefined;
    for (const word of words) {
      const upper = word.toUpperCase();
      if (upper === 'ANY') continue;
      const asDestination = destinations.find((name) => name === upper);
      const asLevel = (levels as readonly string[]).indexOf(upper);
      const asModule = word.toLowerCase().replaceAll('-', '_');
      if (asDestination) {
        if (destination) return 'cannot specify multiple destinations';
        destination = asDestination;
      } else if (asLevel >= 0) {
        if (level !== undefined) return 'cannot specify multiple levels';
        level = asLevel;
      } else if (modules.has(asModule)) {
        if (module) return 'cannot specify multiple modules';
        module = asModule;
      } else {
        return `no destination, level, or module "${word}"`;
      }
    }
    this.#setLevel(module, destination, level ?? levels.length - 1);
    return undefined;
  }

  /** `--log-file[=FILE]`. @throws {Exit} */
  openFile(name: string | undefined): void {
    const path = name ?? join(logDirectory(), `${this.program}.log`);
    try {
      this.#file = openSync(path, 'a', 0o640);
    } catch (error) {
      this.log('vlog', 'WARN', `failed to open ${path} for logging: ${strerror(errnoOf(error) ?? '')}`);
      throw new Exit(1);
    }
    this.log('vlog', 'INFO', `opened log file ${path}`);
  }

  #setPattern(spec: string, word: string | undefined): string | undefined {
    if (word === undefined) return 'missing destination';
    const upper = word.toUpperCase();
    const chosen = upper === 'ANY' ? destinations : destinations.filter((name) => name === upper);
    if (chosen.length === 0) return `unknown destination "${word}"`;
    const pattern = /^[ ,:\t]*[^ ,:\t]+[ ,:\t]+[^ ,:\t]+[ ,:\t]?(.*)$/s.exec(spec)?.[1] ?? '';
    for (const name of chosen) this.#patterns[name] = pattern;
    return undefined;
  }

  #setLevel(module: string | undefined, destination: Destination | undefined, level: number): void {
    const change = destination ? { [destination]: level } : { SYSLOG: level, CONSOLE: level, FILE: level };
    if (module) {
      this.#levels.set(module, { ...(this.#levels.get(module) ?? this.#default), ...change });
      return;
    }
    this.#default = { ...this.#default, ...change };
    for (const [name, set] of this.#levels) this.#levels.set(name, { ...set, ...change });
  }
}

/** The long options of lib/vlog.h, in its order. */
export const vlogOptions = [
  { name: 'verbose', short: 'v', argument: 'optional' },
  { name: 'log-file', argument: 'optional' },
  { name: 'syslog-method', argument: 'required' },
  { name: 'syslog-target', argument: 'required' },
] as const;

/** @returns false when the option is not about the log. @throws {Fatal} */
export function applyVlogOption(log: Vlog, name: string, value: string | undefined): boolean {
  switch (name) {
    case 'verbose':
      log.setFromOption(value);
      return true;
    case 'log-file':
      log.openFile(value);
      return true;
    case 'syslog-method':
      if (!/^(libc$|null$|unix:|udp:)/.test(value!)) throw new Fatal(`unsupported syslog method '${value}'`);
      return true;
    case 'syslog-target':
      if (!/:\d+$/.test(value!)) log.log('socket_util', 'ERR', `${value}: port must be specified`);
      return true;
    default:
      return false;
  }
}
