import assert from 'node:assert/strict';
import { getopt } from '../../../src/cli/options/getopt.js';
import { globalOptions } from '../../../src/cli/vsctl/global-options.js';
import { parseCommands } from '../../../src/cli/vsctl/parse.js';
import { splitWords } from '../../../src/cli/vsctl/text/words.js';
import { bridgeGroups } from '../../cli/vsctl/lines/bridges.js';
import { databaseGroups } from '../../cli/vsctl/lines/database.js';
import { grammarGroups } from '../../cli/vsctl/lines/grammar.js';
import { linesOf } from '../../cli/vsctl/lines/group.js';
import { portGroups } from '../../cli/vsctl/lines/ports.js';
import { attempt, type Target } from '../target.js';

const corpus = [bridgeGroups, databaseGroups, grammarGroups, portGroups].flat().flatMap(linesOf);

/** A line is split as it is quoted; commands that are read are read again from their own text. */
export const vsctl: Target = {
  name: 'vsctl',
  corpus,
  words: [
    ' -- ',
    '--',
    '-',
    '=',
    '--may-exist',
    '--if-exists ',
    "'",
    '"',
    '\\',
    ' set ',
    ' get ',
    ' create ',
    'add-br ',
    ':',
    '@a',
    '--id=@a ',
  ],
  check(input) {
    const split = attempt(() => splitWords(input.toString()));
    if ('error' in split) return;
    const words = split.value;
    const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    assert.deepEqual(splitWords(quoted), words, 'quoted and split');
    const operands: string[] = [];
    attempt(() => [...getopt(words, globalOptions, operands, { POSIXLY_CORRECT: '1' })]);
    const parsed = attempt(() => parseCommands(words));
    if ('error' in parsed) return;
    const again = parseCommands(
      parsed.value.flatMap(({ syntax, options, args }) => [
        '--',
        ...[...options].map(([key, value]) => (value === undefined ? key : `${key}=${value}`)),
        syntax.name,
        ...args,
      ]),
    );
    assert.deepEqual(again, parsed.value, 'written and parsed');
  },
};
