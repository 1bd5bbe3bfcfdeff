import test from 'ava';
import { deleteLink, listLinkStates } from '../../src/netdev/index.js';
import { startSandbox } from '../../src/sandbox/index.js';
import { isRoot } from '../support/root.js';
import { declarations, typecheck } from '../support/typecheck.js';
import { type Block, blocksOf, pages, textOf, where } from './blocks.js';
import { commandsOf, complaint } from './commands.js';
import { Place } from './place.js';

const blocks = pages.flatMap((page) => blocksOf(page, textOf(page)));
const LANGUAGES = ['ts', 'js', 'sh', 'json', 'mermaid', 'text'];
const isProgram = ({ language }: Block) => language === 'ts' || language === 'js';

/** Blocks that are not run; the number may fall, and rise only for a good reason. */
const AT_MOST_NOT_RUN = 4;
const AT_MOST_CHECKED = 15;

test('each block has a language that is known, and what is not run says why', (t) => {
  t.true(blocks.length > 20);
  const unknown = blocks.filter(({ language }) => !LANGUAGES.includes(language));
  t.deepEqual(unknown.map(where), []);
  const kept = (key: 'not run' | 'check') => blocks.filter(({ instructions }) => instructions[key] !== undefined);
  for (const block of kept('not run')) t.log(`not run: ${where(block)}: ${block.instructions['not run']}`);
  for (const block of kept('check')) t.log(`looked up: ${where(block)}: ${block.instructions.check}`);
  t.true(kept('not run').length <= AT_MOST_NOT_RUN, 'blocks that are not run');
  t.true(kept('check').length <= AT_MOST_CHECKED, 'blocks whose commands are only looked up');
});

test('an instruction that is not one, or has no block, is found', (t) => {
  t.throws(() => blocksOf('x', '<!-- block: skip: me -->\n```sh\n```'), { message: 'x:1: no instruction "skip"' });
  t.throws(() => blocksOf('x', '<!-- block: check: why -->\ntext'), { message: 'x:1: an instruction without a block' });
  t.throws(() => blocksOf('x', '<!-- block: check -->'), { message: /^x:1: not as/ });
  t.throws(() => blocksOf('x', '```sh\nls'), { message: 'x:1: the block does not end' });
});

test('JSON is JSON', (t) => {
  for (const block of blocks.filter(({ language }) => language === 'json')) {
    t.notThrows(() => JSON.parse(block.text), where(block));
  }
});

test('programs compile', async (t) => {
  t.timeout(120_000);
  const nameOf = (block: Block) => where(block).replaceAll(/\W/g, '_');
  // Those of the checkout's own files say so by where they import from.
  const local = (text: string) =>
    text
      .replaceAll(/'ovskit((?:\/\w+)?)'/g, (_, entry) => `'${declarations}${entry}/index.js'`)
      .replaceAll(/'\.\.\/\.\.\/(tools\/[\w/]+\.js)'/g, (_, file) => `'${declarations}/../${file}'`);
  const files = blocks.filter(isProgram).map((block): [string, string] => [nameOf(block), local(block.text)]);
  t.true(files.length >= 8);
  const errors = await typecheck(
    Object.fromEntries([...files, ['wrong', `${files[0]?.[1]}\nconst n: number = name;`]]),
  );
  t.is(errors.get('wrong')?.length, 1, 'what is wrong is found');
  errors.delete('wrong');
  t.deepEqual(
    [...errors].filter(([, found]) => found.length > 0),
    [],
  );
});

test('commands that are only looked up are there, with their options', async (t) => {
  const checked = blocks.filter(({ language, instructions }) => language === 'sh' && instructions.check !== undefined);
  for (const block of checked) {
    for (const words of commandsOf(block.text)) t.is(await complaint(words), undefined, where(block));
  }
  t.regex((await complaint(['ovskit', 'vif', 'plug', '--requests', 'x'])) ?? '', /no --requests/);
  t.regex((await complaint(['ovskit', 'netdev', 'dance'])) ?? '', /no "dance"/);
  t.regex((await complaint(['npm', 'run', 'dance'])) ?? '', /no script/);
  t.regex((await complaint(['dance'])) ?? '', /no program/);
});

for (const page of pages) {
  const own = blocks.filter((block) => block.page === page);
  const runs = ({ language, instructions }: Block) =>
    ['ts', 'js', 'sh'].includes(language) && instructions['not run'] === undefined && instructions.check === undefined;
  if (!own.some(runs)) continue;
  (isRoot ? test.serial : test.serial.skip)(
    `the blocks of ${page} run as they stand, one after the other`,
    async (t) => {
      t.timeout(120_000);
      const sandbox = await startSandbox();
      const place = new Place(sandbox);
      t.teardown(async () => {
        place.remove();
        await sandbox.stop();
        // The network namespace is this process's own, and the next page's too.
        const left = () => listLinkStates().find(({ name }) => name !== 'lo');
        for (let link = left(); link; link = left()) await deleteLink(link.name);
      });
      for (const { instructions, text } of own) {
        if (instructions.file !== undefined) place.write(instructions.file, text);
      }
      for (const block of own) {
        const { before, meanwhile, prints } = block.instructions;
        if (!runs(block)) continue;
        if (before !== undefined) {
          const { status, stderr } = await place.shell(before);
          t.is(status, 0, `${where(block)}: before: ${stderr}`);
        }
        const { status, stdout, stderr } = await (isProgram(block)
          ? place.program(block.text, meanwhile)
          : place.shell(block.text));
        t.is(status, 0, `${where(block)}: ${stdout}${stderr}`);
        if (prints !== undefined) t.regex(stdout, new RegExp(prints), where(block));
      }
    },
  );
}
