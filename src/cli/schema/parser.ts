import { isInteger, isObject, type Json, type JsonObject } from '../json/index.js';
import { type OvsdbTextError, syntaxError } from './error.js';

export type Kind = 'id' | 'string' | 'object' | 'array' | 'boolean' | 'integer' | 'number' | 'any';

export function isId(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}

const checks: Readonly<Record<Kind, (json: Json) => boolean>> = {
  id: (json) => typeof json === 'string' && isId(json),
  string: (json) => typeof json === 'string',
  object: isObject,
  array: Array.isArray,
  boolean: (json) => typeof json === 'boolean',
  integer: isInteger,
  number: (json) => typeof json === 'number' || typeof json === 'bigint',
  any: () => true,
};

/** Takes the members of an object one by one, and complains as lib/ovsdb-parser.c: about the first fault only. */
export class MemberParser {
  /** What the complaint shows; nothing where there are no members to take. */
  readonly #json: Json | undefined;
  readonly #object: JsonObject;
  readonly #name: string;
  readonly #used = new Set<string>();
  #error: OvsdbTextError | undefined;

  constructor(json: Json, name: string) {
    this.#json = isObject(json) ? json : undefined;
    this.#name = name;
    this.#object = isObject(json) ? json : {};
    if (!isObject(json)) this.#raise('Object expected.');
  }

  get failed(): boolean {
    return this.#error !== undefined;
  }

  required(member: string, ...kinds: Kind[]): Json | undefined {
    const value = this.optional(member, ...kinds);
    if (value === undefined && !this.#error) this.#raise(`Required '${member}' member is missing.`);
    return value;
  }

  optional(member: string, ...kinds: Kind[]): Json | undefined {
    if (!Object.hasOwn(this.#object, member)) return undefined;
    const value = this.#object[member]!;
    if (kinds.some((kind) => checks[kind](value))) {
      this.#used.add(member);
      return value;
    }
    this.#raise(`Type mismatch for member '${member}'.`);
    return undefined;
  }

  /** @throws {OvsdbTextError} the first complaint, or about a member that nobody asked for. */
  finish(): void {
    const stranger = Object.keys(this.#object).find((member) => !this.#used.has(member));
    if (stranger !== undefined) this.#raise(`Member '${stranger}' is present but not allowed here.`);
    if (this.#error) throw this.#error;
  }

  #raise(message: string): void {
    this.#error ??= syntaxError(this.#json, `Parsing ${this.#name} failed: ${message}`);
  }
}
