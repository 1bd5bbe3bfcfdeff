import type { Io } from '../io.js';
import { type Json, serialize } from '../json/index.js';
import type { Vlog } from '../log/vlog.js';
import { TablePrinter } from '../table/index.js';
import type { ClientOptions } from './options.js';
import type { Rpc } from './rpc.js';

/** What every command works with. */
export interface Context {
  /** The name that messages begin with. */
  readonly program: string;
  readonly io: Io;
  readonly options: ClientOptions;
  readonly log: Vlog;
  readonly tables: TablePrinter;
  print(text: string): void;
  /** Prints a reply as JSON, members sorted, `--pretty` or not. */
  printJson(json: Json): void;
}

/** A command's words after the server and the database. */
export interface Call {
  /** Undefined for commands that connect by themselves. */
  readonly rpc: Rpc;
  readonly database: string;
  readonly args: readonly string[];
}

export function createContext(program: string, io: Io, options: ClientOptions, log: Vlog): Context {
  const print = (text: string | Buffer) => {
    io.stdout.write(text);
  };
  return {
    program,
    io,
    options,
    log,
    tables: new TablePrinter(options.style, print),
    print,
    printJson: (json) => print(`${serialize(json, { sort: true, pretty: options.style.pretty })}\n`),
  };
}
