import { Fatal } from '../fatal.js';
import { type CommandSyntax, type Invocation, optionText } from './command.js';
import { commands } from './registry.js';

const MISSING = 'missing command name (use --help for help)';

/**
 * Splits a command line at `--` and reads each part as a command (`ctl_parse_commands`).
 *
 * @param local options of the first command that were found among the global ones.
 * @throws {Fatal}
 */
export function parseCommands(
  words: readonly string[],
  local: ReadonlyMap<string, string | undefined> = new Map(),
): Invocation[] {
  const found: Invocation[] = [];
  let rest: ReadonlyMap<string, string | undefined> = local;
  let part: string[] = [];
  for (const word of [...words, '--']) {
    if (word !== '--') {
      part.push(word);
    } else if (part.length > 0) {
      found.push(parseCommand(part, new Map(rest)));
      part = [];
      rest = new Map();
    } else if (rest.size > 0) {
      throw new Fatal(MISSING);
    }
  }
  if (found.length === 0) throw new Fatal(MISSING);
  return found;
}

function parseCommand(words: readonly string[], options: Map<string, string | undefined>): Invocation {
  let at = 0;
  for (; at < words.length && words[at]!.startsWith('-'); at++) {
    const word = words[at]!;
    const equals = word.indexOf('=');
    const key = equals < 0 ? word : word.slice(0, equals);
    if (options.has(key)) throw new Fatal(`'${word}' option specified multiple times`);
    options.set(key, equals < 0 ? undefined : word.slice(equals + 1));
  }
  const name = words[at];
  if (name === undefined) throw new Fatal(MISSING);
  const syntax = commands.get(name);
  if (!syntax) throw new Fatal(`unknown command '${name}'; use --help for help`);
  for (const [key, value] of options) checkOption(syntax, key, value);
  const args = words.slice(at + 1);
  checkCount(syntax, args);
  const quoted = [...options].map(([key, value]) => (value === undefined ? key : `${key}=${value}`));
  return { syntax, args, options, text: [...quoted, name, ...args].join(' ') };
}

/** Looks an option up as the stock parser does, in the text of all of them. */
function checkOption(syntax: CommandSyntax, key: string, value: string | undefined): void {
  const text = optionText(syntax);
  const at = text.indexOf(key);
  const end = at < 0 ? 'none' : text.charAt(at + key.length);
  if (end !== '=' && end !== ',' && end !== '') throw new Fatal(`'${syntax.name}' command has no '${key}' option`);
  if (end === '=' && value === undefined) {
    throw new Fatal(`missing argument to '${key}' option on '${syntax.name}' command`);
  }
  if (end !== '=' && value !== undefined) {
    throw new Fatal(`'${key}' option on '${syntax.name}' does not accept an argument`);
  }
}

function checkCount({ name, min, max }: CommandSyntax, args: readonly string[]): void {
  if (args.length < min) throw new Fatal(`'${name}' command requires at least ${min} arguments`);
  if (args.length <= max) return;
  const note = args.some((word) => word.startsWith('-'))
    ? ' (note that options must precede command names and follow a "--" argument)'
    : '';
  throw new Fatal(`'${name}' command takes at most ${max} arguments${note}`);
}
