import type { DatabaseSchema } from '../../ovsdb/schema.js';
import type { Draft, Read } from '../../vswitch/draft/index.js';
import type { Table } from '../table/index.js';
import type { Symbols } from './symbols.js';

/** One command of a command line, as it was parsed. */
export interface Invocation {
  readonly syntax: CommandSyntax;
  /** Without the command's name. */
  readonly args: readonly string[];
  /** Options with their dashes; `undefined` for one that takes no value. */
  readonly options: ReadonlyMap<string, string | undefined>;
  /** Command and arguments as errors quote them, options first. */
  readonly text: string;
}

/** What a command works with while it runs. */
export interface Run {
  readonly draft: Draft;
  readonly symbols: Symbols;
  readonly invocation: Invocation;
  /** What the command prints; a line break ends each line. */
  readonly out: string[];
  /** A table instead of text. */
  table: Table | undefined;
  warn(message: string, module?: string): void;
  /** Has the command tried again when the database has changed. */
  tryAgain(): void;
}

/** What a command may be looked over with before there is a connection. */
export interface Prepare {
  readonly schema: DatabaseSchema;
  readonly invocation: Invocation;
  warn(message: string, module?: string): void;
  isTerminal(): boolean;
}

/** A command: parsing, help, completion and the manual come from these. */
export interface CommandSyntax {
  readonly name: string;
  /** Arguments as ovs-vsctl(8) writes them: `BRIDGE [PARENT] [VLAN]`. */
  readonly usage: string;
  readonly min: number;
  readonly max: number;
  /** Options with dashes; one that takes a value ends in `=`. */
  readonly options: readonly string[];
  /** Whether it can write. */
  readonly writes: boolean;
  /** Family, one sentence or two: for the manual and completion. */
  readonly family: Family;
  readonly help: string;
  /** Looks the words over. @throws {Fatal} */
  prepare?(prepare: Prepare): void;
  /** What it will read, as far as the words tell: all commands' reads go out at once. */
  reads?(schema: DatabaseSchema, invocation: Invocation): Read[];
  run(run: Run): void;
  /** After the commit, with the uuids that inserted rows got. */
  finish?(run: Run, uuidOf: (uuid: string) => string): void;
}

export const families = [
  'Open vSwitch',
  'Bridge',
  'Port',
  'Bond',
  'Interface',
  'Conntrack Zone',
  'Datapath',
  'OpenFlow Controller',
  'Manager',
  'SSL',
  'Auto-Attach',
  'Database',
] as const;
export type Family = (typeof families)[number];

/** Says what a command line was, for messages: words that need it in quotes. */
export function has(run: { invocation: Invocation }, option: string): boolean {
  return run.invocation.options.has(option);
}

/** The options of a command, each followed by `,` or `=`: the text that the stock parser looks options up in. */
export function optionText(syntax: CommandSyntax): string {
  return syntax.options.join(',');
}

export function print(run: Run, lines: Iterable<string>): void {
  for (const line of lines) run.out.push(`${line}\n`);
}
