/**
 * `--help` of every measurement: what stands at the head of its file. Modules are imported before a script's own statements run, so
 * that nothing is measured.
 */
import { readFileSync } from 'node:fs';

/** The text of a compiled script's first doc comment. */
export function headOf(source: string): string {
  const [, comment = ''] = /^\/\*\*\n([\s\S]*?)\n \*\/$/m.exec(source) ?? [];
  return comment.replace(/^ \* ?/gm, '');
}

const [, script = '', ...words] = process.argv;
if (words.includes('--help') || words.includes('-h')) {
  console.log(headOf(readFileSync(script, 'utf8')));
  process.exit(0);
}
