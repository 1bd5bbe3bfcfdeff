import { SchemaError } from '../ovsdb/index.js';

/** Names that generated code uses itself, or that a type of ours would hide. */
const TAKEN = ['Integer', 'MapInput', 'Omit', 'Partial', 'ReadonlyMap', 'Reference', 'SetInput', 'defineDatabase'];

/** Words of ECMAScript that can't name a constant (ECMA-262, section 12.7.2, and strict mode). */
const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private protected ' +
    'public return static super switch this throw true try typeof var void while with yield'
  ).split(' '),
);

/** `<id>` of RFC 7047, section 3.1: what may stand in source text as it is. */
const ID = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** The name as it is. @throws {SchemaError} when it is no `<id>`: a hostile schema must not write source. */
export function checkId(name: string, what: string): string {
  if (ID.test(name) && name !== '__proto__') return name;
  throw new SchemaError(`schema: ${what} is named ${JSON.stringify(name)}, which is no <id> of RFC 7047`);
}

/** `Flow_Table` and `fail_mode` as `FlowTable` and `FailMode`. */
export function pascalCase(id: string): string {
  const joined = id
    .split('_')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
  return /^[A-Za-z]/.test(joined) ? joined : `_${joined}`;
}

/** `Open_vSwitch` and `OVN_Northbound` as `openVSwitch` and `ovnNorthbound`, for a constant. */
export function camelCase(id: string): string {
  const name = pascalCase(id).replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (start) => start.toLowerCase());
  return RESERVED.has(name) ? `${name}Database` : name;
}

/** Hands out the identifiers of one file, each once. */
export class Names {
  readonly #taken = new Set(TAKEN);

  /** The name, with a number behind it when it is taken. All of `suffixes` are free behind what is returned. */
  claim(name: string, suffixes: readonly string[] = ['']): string {
    for (let number = 1; ; number++) {
      const candidate = number === 1 ? name : `${name}${number}`;
      const all = suffixes.map((suffix) => candidate + suffix);
      if (all.some((each) => this.#taken.has(each))) continue;
      for (const each of all) this.#taken.add(each);
      return candidate;
    }
  }
}
