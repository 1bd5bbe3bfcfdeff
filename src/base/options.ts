import type { CallOptions } from './deadline.js';
import { InvalidArgumentError } from './errors.js';
import { meantBy } from './misspelt.js';

/** What an option may be. */
export interface Kind {
  /** As an error says what would be right: `must be ...`. */
  readonly words: string;
  readonly fits: (value: unknown) => boolean;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isPlain = (value: unknown): value is object => isObject(value) && !Array.isArray(value);
const isList = (each: (value: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(each);
const isText = (value: unknown) => typeof value === 'string';

/** Another check says more of it. */
export const anything: Kind = { words: 'anything', fits: () => true };
export const boolean: Kind = { words: 'true or false', fits: (value) => typeof value === 'boolean' };
export const text: Kind = { words: 'a string', fits: isText };
export const texts: Kind = { words: 'a list of strings', fits: isList(isText) };
export const list: Kind = { words: 'a list', fits: Array.isArray };
/** Whatever else it has to be, its user says. */
export const record: Kind = { words: 'an object', fits: isPlain };
export const callback: Kind = { words: 'a function', fits: (value) => typeof value === 'function' };
export const number: Kind = { words: 'a number', fits: (value) => typeof value === 'number' && !Number.isNaN(value) };
export const numbers: Kind = { words: 'a list of numbers', fits: isList(number.fits) };
const notNegative = (value: unknown) => typeof value === 'number' && value >= 0;
export const milliseconds: Kind = { words: 'a number of milliseconds, 0 or more', fits: notNegative };
export const count: Kind = { words: 'a number, 0 or more', fits: notNegative };
export const textRecord: Kind = {
  words: 'an object of strings',
  fits: (value) => isPlain(value) && Object.values(value).every(isText),
};
export const oneOf = (...words: string[]): Kind => ({
  words: words.map((word) => `'${word}'`).join(' or '),
  fits: (value) => words.includes(value as string),
});
export const orNull = ({ words, fits }: Kind): Kind => ({
  words: `${words} or null`,
  fits: (value) => value === null || fits(value),
});

/** A kind for each option of `T`. */
export type Kinds<T> = { readonly [K in keyof Required<T>]: Kind };

/** Those of every call that waits. */
export const callKinds = {
  signal: { words: 'an AbortSignal', fits: (value) => value instanceof AbortSignal },
  timeout: milliseconds,
} satisfies Record<string, Kind>;

/**
 * Makes the check of a call's options. It costs some 20 ns an option: it stands in the way of each plug and each port.
 *
 * @returns throws an {@link InvalidArgumentError} that names the call and the option, and what is meant or would be right.
 */
export function optionsCheck<T extends object>(kinds: Kinds<T>): (call: string, options: T) => void {
  const known: Record<string, Kind | undefined> = Object.assign(Object.create(null), kinds);
  return (call, options) => {
    if (!isPlain(options))
      throw new InvalidArgumentError(`${call}: the options must be an object, not ${shown(options)}`);
    for (const name in options) {
      const kind = known[name];
      const value = options[name];
      if (kind === undefined) refuse(call, name, Object.keys(kinds), options);
      else if (value !== undefined && !kind.fits(value)) {
        throw new InvalidArgumentError(`${call}: ${name} must be ${kind.words}, not ${shown(value)}`);
      }
    }
  };
}

/** The check of a call that takes no others. */
export const checkCall = optionsCheck<CallOptions>(callKinds);

function refuse(call: string, name: string, known: readonly string[], options: object): never {
  const meant = meantBy(
    name,
    known.filter((each) => !Object.hasOwn(options, each)),
  );
  const hint = meant ? `did you mean ${meant}?` : known.length > 0 ? `there is ${known.join(', ')}` : 'there is none';
  throw new InvalidArgumentError(`${call}: ${name} is unknown: ${hint}`);
}

/** @throws {InvalidArgumentError} when an argument is no list. */
export function checkList(call: string, what: string, value: unknown): asserts value is readonly unknown[] {
  if (!Array.isArray(value)) throw new InvalidArgumentError(`${call}: ${what} must be a list, not ${shown(value)}`);
}

/** A value as it is written, cut short. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'function') return 'a function';
  return isObject(value) ? 'an object' : String(value);
}
