import type { Io } from '../io.js';
import { TablePrinter } from '../table/table.js';
import type { Run } from './command.js';
import type { VsctlOptions } from './options.js';

/** Prints what commands have to say, in order. */
export class Output {
  readonly #io: Io;
  readonly #options: VsctlOptions;
  readonly #tables: TablePrinter;

  constructor(io: Io, options: VsctlOptions) {
    this.#io = io;
    this.#options = options;
    this.#tables = new TablePrinter(options.style, (text) => io.stdout.write(text));
  }

  print(run: Run): void {
    if (run.table) {
      this.#tables.print(run.table);
      return;
    }
    const text = run.out.join('');
    if (!this.#options.oneline) {
      if (text !== '') this.#io.stdout.write(text);
      return;
    }
    const line = text.replace(/\n$/, '').replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
    this.#io.stdout.write(`${line}\n`);
  }
}
