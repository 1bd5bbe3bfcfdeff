/** The options of a call, in the query of its URL. */
import { InvalidArgumentError } from '../base/errors.js';

/** Reads the values that an option was given. @throws {InvalidArgumentError} */
export type Reader<T> = (values: readonly string[], name: string) => T;

export type Readers = Readonly<Record<string, Reader<unknown>>>;

/** What was given; the others are left out. */
export type Options<R extends Readers> = { readonly [K in keyof R]?: ReturnType<R[K]> };

/** Milliseconds: an hour. */
const LONGEST = 3_600_000;

function one(values: readonly string[], name: string): string {
  if (values.length > 1) throw new InvalidArgumentError(`query: ${name} is given ${values.length} times`);
  return values[0] as string;
}

/** `?force` is `?force=true`. */
export const flag: Reader<boolean> = (values, name) => {
  const text = one(values, name);
  if (text === '' || text === 'true') return true;
  if (text === 'false') return false;
  throw new InvalidArgumentError(`query: ${name} must be true or false, not ${JSON.stringify(text)}`);
};

export const milliseconds: Reader<number> = (values, name) => {
  const text = one(values, name);
  const number = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= LONGEST) return number;
  throw new InvalidArgumentError(
    `query: ${name} must be a whole number of milliseconds, 1 to ${LONGEST}, not ${JSON.stringify(text)}`,
  );
};

export function oneOf<const T extends string>(...words: readonly T[]): Reader<T> {
  return (values, name) => {
    const text = one(values, name);
    const word = words.find((each) => each === text);
    if (word !== undefined) return word;
    throw new InvalidArgumentError(`query: ${name} must be ${words.join(' or ')}, not ${JSON.stringify(text)}`);
  };
}

/** One or more: `?bridge=br-int&bridge=br-ex`. */
export const names: Reader<readonly string[]> = (values, name) => {
  if (values.includes('')) throw new InvalidArgumentError(`query: ${name} must not be empty`);
  return values;
};

/** @throws {InvalidArgumentError} naming what is unknown or can't be meant, and what would be right */
export function readQuery<R extends Readers>(readers: R, url: string): Options<R> {
  const at = url.indexOf('?');
  if (at < 0) return {};
  const query = new URLSearchParams(url.slice(at + 1));
  const options: Record<string, unknown> = {};
  for (const name of new Set(query.keys())) {
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (!reader) {
      const known = Object.keys(readers);
      const there = known.length === 0 ? 'there are none here' : `known are ${known.join(', ')}`;
      throw new InvalidArgumentError(`query: ${JSON.stringify(name)} is unknown; ${there}`);
    }
    options[name] = reader(query.getAll(name), name);
  }
  return options as Options<R>;
}
