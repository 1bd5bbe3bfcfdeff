import { Fatal } from '../fatal.js';

/** A row that `--id=@name` names. */
export interface RowSymbol {
  readonly name: string;
  uuid: string;
  /** A create or get command has defined it. */
  created: boolean;
  strong: boolean;
  weak: boolean;
}

/** The `@names` of one invocation; a reference may come before its definition. */
export class Symbols {
  readonly all = new Map<string, RowSymbol>();
  readonly #newUuid: () => string;

  constructor(newUuid: () => string) {
    this.#newUuid = newUuid;
  }

  /** The uuid that the name stands for. */
  refer(name: string, strong: boolean): string {
    const symbol = this.#get(name);
    if (strong) symbol.strong = true;
    else symbol.weak = true;
    return symbol.uuid;
  }

  /** Defines a name. @throws {Fatal} when it is none, or is defined already. */
  define(name: string): { symbol: RowSymbol; isNew: boolean } {
    if (!name.startsWith('@')) throw new Fatal(`row id "${name}" does not begin with "@"`);
    const isNew = !this.all.has(name);
    const symbol = this.#get(name);
    if (symbol.created) throw new Fatal(`row id "${name}" may only be specified on one --id option`);
    symbol.created = true;
    return { symbol, isNew };
  }

  #get(name: string): RowSymbol {
    const symbol = this.all.get(name) ?? { name, uuid: this.#newUuid(), created: false, strong: false, weak: false };
    this.all.set(name, symbol);
    return symbol;
  }
}
