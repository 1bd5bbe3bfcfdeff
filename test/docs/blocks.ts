import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// Compiled to dist/test/docs.
export const root = join(import.meta.dirname, '../../..');

export const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'bench/README.md',
  'examples/README.md',
].concat(
  readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
);

export const textOf = (page: string) => readFileSync(join(root, page), 'utf8');

/** What may stand as `<!-- block: KEY: VALUE -->` in the lines above a block, and what the runner makes of it. */
const INSTRUCTIONS = {
  /** A reason. The block is neither run nor looked through, but a program is compiled. */
  'not run': true,
  /** A reason. Commands are looked up, with their options, and not run. */
  check: true,
  /** Commands that go before, in the same place. */
  before: true,
  /** A command that works while the program runs; the program is ended then. */
  meanwhile: true,
  /** A regular expression that finds what it should print. */
  prints: true,
  /** A file of this text is there for all blocks of the page. */
  file: true,
} as const;
export type Instruction = keyof typeof INSTRUCTIONS;

/** A fenced block of code on a page. */
export interface Block {
  readonly page: string;
  /** Of its fence, counted from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  readonly instructions: Readonly<Partial<Record<Instruction, string>>>;
}

export const where = ({ page, line }: Block) => `${page}:${line}`;

/** The blocks of a text. @throws where an instruction is not one, or a fence is left open */
export function blocksOf(page: string, text: string): Block[] {
  const blocks: Block[] = [];
  let instructions: Record<string, string> = {};
  let open: { line: number; language: string; from: number } | undefined;
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const fence = /^```(.*)$/.exec(line);
    const instruction = /^<!-- block: ([\w ]+?): (.+) -->$/.exec(line);
    if (open) {
      if (!fence) continue;
      const body = lines.slice(open.from, index).join('\n');
      blocks.push({ page, line: open.line, language: open.language, text: `${body}\n`, instructions });
      open = undefined;
      instructions = {};
    } else if (fence) open = { line: index + 1, language: fence[1] ?? '', from: index + 1 };
    else if (instruction) {
      const [, key = '', value = ''] = instruction;
      if (!Object.hasOwn(INSTRUCTIONS, key)) throw new Error(`${page}:${index + 1}: no instruction "${key}"`);
      instructions[key] = value;
    } else if (line.startsWith('<!-- block'))
      throw new Error(`${page}:${index + 1}: not as <!-- block: KEY: VALUE -->`);
    else if (Object.keys(instructions).length > 0) throw new Error(`${page}:${index}: an instruction without a block`);
  }
  if (open) throw new Error(`${page}:${open.line}: the block does not end`);
  return blocks;
}
