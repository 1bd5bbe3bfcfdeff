import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { splitWords } from '../../../src/cli/vsctl/text/words.js';
import { type Group, linesOf } from './lines/group.js';
import {
  canonicalDatabase,
  canonicalText,
  type Ending,
  empty,
  runOurs,
  runProgram,
  runStock,
  startTwin,
  type Twin,
} from './twins.js';

/** One line in so many goes through a process of its own, the last of each group among them. */
const PROCESS_EVERY = process.env.OVSKIT_LONG === undefined ? 60 : 6;

const program = fileURLToPath(new URL('./ours.js', import.meta.url));

/** Rows come in the order of their uuids, which are random. */
const ROWS = new Set(['list', 'find', 'show']);

/** Runs each group's lines through both tools, and compares what they print and what they leave. */
export function differential(groups: readonly Group[]): void {
  let twins: readonly [Twin, Twin];
  const endings: (() => unknown)[] = [];
  test.before(async () => {
    const scope = { teardown: (end: () => unknown) => endings.unshift(end) } as unknown as ExecutionContext;
    twins = [await startTwin(scope), await startTwin(scope)];
  });
  test.after.always(async () => {
    for (const end of endings) await end();
  });
  for (const group of groups) test.serial(group.name, (t) => compareLines(t, group, twins));
}

/** Runs a group's lines through the stock tool on one server and through ours on its twin. */
export async function compareLines(t: ExecutionContext, group: Group, [stock, ours]: readonly [Twin, Twin]) {
  t.timeout(900_000);
  await Promise.all([empty(stock), empty(ours)]);
  const lines = linesOf(group);
  for (const [index, line] of lines.entries()) {
    const words = [...(group.waits ? [] : ['--no-wait']), ...splitWords(line)];
    const inProcess = (lines.length - 1 - index) % PROCESS_EVERY !== 0;
    const expected = await runStock(stock, words);
    const actual = inProcess
      ? await runOurs(ours, words)
      : await runProgram(process.execPath, [program, ...words], ours.env);
    const unordered = words.some((word) => ROWS.has(word));
    t.deepEqual(canonical(actual, ours, unordered), canonical(expected, stock, unordered), line);
    t.is(await canonicalDatabase(ours), await canonicalDatabase(stock), line);
  }
}

function canonical({ status, stdout, stderr }: Ending, twin: Twin, unordered: boolean): Ending {
  return {
    status,
    stdout: canonicalText(stdout, twin, unordered),
    stderr: canonicalText(stderr, twin, false),
  };
}
