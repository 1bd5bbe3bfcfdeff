/**
 * `--help` of every measurement: what stands at the head of its file. Modules are imported before a script's own statements run, so
 * that nothing is measured.
 */
import { readFileSync } from 'node:fs';

/** The text of the first doc comment in the source of a compiled script: the compiler drops some. */
export function headOf(script: string): string {
  const source = script.replace(/\bdist\/(bench\/.*)\.js$/, '$1.ts');
  const [, comment = ''] = /^\/\*\*\n([\s\S]*?)\n \*\/$/m.exec(readFileSync(source, 'utf8')) ?? [];
  return comment.replace(/^ \* ?/gm, '');
}

const [, script = '', ...words] = process.argv;
if (words.includes('--help') || words.includes('-h')) {
  console.log(headOf(script));
  process.exit(0);
}
