import { stringify as stringifyLossless } from 'lossless-json';
import { InvalidArgumentError, messageOf } from '../base/errors.js';

/**
 * Writes a value as JSON text, a `bigint` as its digits. `JSON.stringify` refuses a `bigint`, so only a value that holds
 * one is walked a second time.
 *
 * Throws `InvalidArgumentError` for what JSON can't hold (a function, a value that contains itself).
 */
export function stringify(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    try {
      text = stringifyLossless(value);
    } catch (cause) {
      throw new InvalidArgumentError(`a value can't be written as JSON: ${messageOf(cause)}`, { cause });
    }
  }
  if (text === undefined) throw new InvalidArgumentError(`a ${typeof value} can't be written as JSON`);
  return text;
}
