import assert from 'node:assert/strict';
import { OvskitError } from '../../src/base/errors.js';

/** Something that reads what others wrote. */
export interface Target {
  readonly name: string;
  /** What it reads well; the inputs are made of these. */
  readonly corpus: readonly string[];
  /** Words that mean something to it. */
  readonly words: readonly string[];
  /** Whether inputs are changed as JSON documents too, not as bytes alone. */
  readonly json?: boolean;
  /** Throws where a property does not hold. */
  check(input: Buffer): void;
}

/** What `read` returns, or the error that it ends with, which has to be one made on purpose. */
export function attempt<T>(read: () => T): { value: T } | { error: OvskitError } {
  try {
    return { value: read() };
  } catch (error) {
    if (!(error instanceof OvskitError)) throw new Error(`not an OvskitError: ${String(error)}`, { cause: error });
    assert.match(error.code, /^ERR_[A-Z_]+$/);
    assert.ok(error.message.length > 0, 'an error says something');
    return { error };
  }
}
