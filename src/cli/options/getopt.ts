import { OvskitError } from '../../base/errors.js';

/** An option as getopt_long(3) takes it. */
export interface LongOption {
  readonly name: string;
  readonly short?: string;
  readonly argument?: 'required' | 'optional';
  /** An option that the stock tool lacks: never abbreviated, so that it makes no abbreviation ambiguous. */
  readonly extra?: boolean;
}

/** The command line is not understood; the message is getopt_long's own, without the program's name. */
export class GetoptError extends OvskitError {
  constructor(message: string) {
    super('ERR_USAGE', message);
  }
}

/**
 * Walks through a command line as getopt_long(3) of the GNU C library: abbreviated long options, `--option=value` and
 * `--option value`, joined short ones, options among the operands (unless POSIXLY_CORRECT is set), `--` at their end.
 *
 * Yields each option's long name and its value ('' without); adds the operands to `operands`.
 *
 * @throws {GetoptError}
 */
export function* getopt(
  argv: readonly string[],
  options: readonly LongOption[],
  operands: string[],
  env: NodeJS.ProcessEnv = process.env,
): Generator<[name: string, value: string | undefined]> {
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === '--') {
      operands.push(...argv.slice(i + 1));
      return;
    }
    if (!word.startsWith('-') || word === '-') {
      if (env.POSIXLY_CORRECT !== undefined) {
        operands.push(...argv.slice(i));
        return;
      }
      operands.push(word);
    } else if (word.startsWith('--')) {
      const equals = word.indexOf('=');
      const option = findLong(equals < 0 ? word : word.slice(0, equals), word, options);
      let value = equals < 0 ? undefined : word.slice(equals + 1);
      if (value !== undefined && !option.argument) {
        throw new GetoptError(`option '--${option.name}' doesn't allow an argument`);
      }
      if (value === undefined && option.argument === 'required') {
        value = argv[++i];
        if (value === undefined) throw new GetoptError(`option '--${option.name}' requires an argument`);
      }
      yield [option.name, value];
    } else {
      for (let at = 1; at < word.length; at++) {
        const option = options.find(({ short }) => short === word[at]);
        if (!option) throw new GetoptError(`invalid option -- '${word[at]}'`);
        if (!option.argument) {
          yield [option.name, undefined];
          continue;
        }
        let value: string | undefined = word.slice(at + 1) || undefined;
        if (value === undefined && option.argument === 'required') {
          value = argv[++i];
          if (value === undefined) throw new GetoptError(`option requires an argument -- '${option.short}'`);
        }
        yield [option.name, value];
        break;
      }
    }
  }
}

function findLong(prefix: string, word: string, options: readonly LongOption[]): LongOption {
  const name = prefix.slice(2);
  const exact = options.find((option) => option.name === name);
  if (exact) return exact;
  const candidates = options.filter((option) => option.name.startsWith(name) && !option.extra);
  if (candidates.length > 1) {
    const names = candidates.map((option) => ` '--${option.name}'`).join('');
    throw new GetoptError(`option '${word}' is ambiguous; possibilities:${names}`);
  }
  const [found] = candidates;
  if (!found) throw new GetoptError(`unrecognized option '${word}'`);
  return found;
}
