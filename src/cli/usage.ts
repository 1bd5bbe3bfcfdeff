import { type ParseArgsConfig, parseArgs } from 'node:util';
import { messageOf, OvskitError } from '../base/errors.js';

/** The command line can't be understood: exit status 2. */
export class UsageError extends OvskitError {
  constructor(message: string) {
    super('ERR_USAGE', message);
  }
}

/** `node:util`'s parseArgs, whose complaints become usage errors. */
export function parseArguments<const T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    // Behind the first sentence Node gives advice that does not fit.
    throw new UsageError(messageOf(error).split('. ')[0] as string);
  }
}

/** A whole number of milliseconds from the command line. */
export function parseTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new UsageError(`--timeout takes a whole number of milliseconds, not ${text}`);
  return Number(text);
}
