import { type ParseArgsConfig, parseArgs } from 'node:util';
import { messageOf, OvskitError } from '../base/errors.js';
import { meantBy } from '../base/misspelt.js';

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
    const complaint = messageOf(error).split('. ')[0] as string;
    throw new UsageError(`${complaint}${hintFor(complaint, config)}`);
  }
}

/** What to do about an option that is unknown. */
function hintFor(complaint: string, { options = {} }: ParseArgsConfig): string {
  const [, written] = /^Unknown option '--?([^'=]+)/.exec(complaint) ?? [];
  if (written === undefined) return '';
  const meant = meantBy(written, Object.keys(options));
  return meant === undefined ? '; --help tells which there are' : `: did you mean --${meant}?`;
}

/** What comes behind a command's name is none of its words. */
export function verbError(command: string, word: string | undefined, verbs: readonly string[]): UsageError {
  const known = `ovskit ${command} ${verbs.join('|')}`;
  if (word === undefined) return new UsageError(`say "${known}"; "ovskit ${command} --help" tells more`);
  const meant = meantBy(word, verbs);
  return new UsageError(
    `no "ovskit ${command} ${word}"${meant === undefined ? `: there is "${known}"` : `: did you mean ${meant}?`}`,
  );
}

/** A whole number of milliseconds from the command line. */
export function parseTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new UsageError(`--timeout takes a whole number of milliseconds, not ${text}`);
  return Number(text);
}
