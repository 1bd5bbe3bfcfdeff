import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { output } from '../support/run.js';
import { root } from './blocks.js';

/** Programs that a page may name and this machine may lack. */
const ELSEWHERE = new Set(['systemctl', 'systemd-socket-activate', 'curl', 'sudo', 'journalctl']);

const main = join(root, 'dist/src/cli/main.js');
const helps = new Map<string, Promise<string>>();
function helpOf(command: string): Promise<string> {
  const known = helps.get(command) ?? output(process.execPath, [main, command, '--help']).then(withManual);
  helps.set(command, known);
  return known;
}

/** The help of `ovskit vsctl` is the stock tool's; its manual has the options of its own. */
function withManual(help: string): string {
  if (!help.startsWith('ovs-vsctl:')) return help;
  const manual = readFileSync(join(root, 'share/man/man8/ovskit-vsctl.8'), 'utf8');
  return help + manual.replaceAll('\\-', '-').replaceAll(/\\f[BIR]/g, ' ');
}

/** The commands of a shell text, each as its words: what a line has before its comment, cut at `|`, `;` and `&&`. */
export function commandsOf(text: string): string[][] {
  return text
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .flatMap((line) => line.replace(/(^|\s)#.*$/, '').split(/\s(?:\||;|&&)\s/))
    .map((command) => command.match(/'[^']*'|"[^"]*"|\S+/g) ?? [])
    .map((words) => words.slice(words.findIndex((word) => !/^\w+=/.test(word))))
    .filter((words) => words.length > 0);
}

/** What is wrong with a command that is not run: its program, subcommand or options are not there. */
export async function complaint(words: readonly string[]): Promise<string | undefined> {
  const [program = '', second = '', third = ''] = words;
  const line = words.join(' ');
  if (program === 'ovskit') return ovskitComplaint(words.slice(1));
  if (program === 'npm' && second === 'run') {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    return Object.hasOwn(scripts, third) ? undefined : `${line}: no script "${third}"`;
  }
  if (program === 'node' && !second.startsWith('-')) {
    const source = second.replace(/^dist\/(.*)\.js$/, '$1.ts');
    const example = `examples/${second.replace(/\.js$/, '.ts')}`;
    return [source, second, example].some((name) => existsSync(join(root, name))) || second === '-e'
      ? undefined
      : `${line}: no ${second}`;
  }
  const paths = [...(process.env.PATH ?? '').split(delimiter), '/sbin', '/usr/sbin', join(root, 'node_modules/.bin')];
  if (ELSEWHERE.has(program) || paths.some((path) => existsSync(join(path, program)))) return undefined;
  return `${line}: no program "${program}"`;
}

async function ovskitComplaint([command = '', ...words]: readonly string[]): Promise<string | undefined> {
  if (command === '--help' || command === '--version') return undefined;
  let help: string;
  try {
    help = await helpOf(command);
  } catch {
    return `ovskit ${command}: no such command`;
  }
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  const named = own.filter((word) => /^--?[a-z]/i.test(word)).map((word) => word.replace(/=.*/, ''));
  const unknown = named.filter((option) => !new RegExp(`(?<![\\w-])${option}(?![\\w-])`).test(help));
  if (unknown.length > 0) return `ovskit ${command}: its help knows no ${unknown.join(', ')}`;
  const sub = own[0] ?? '';
  const families = ['vif', 'reconfigure', 'netdev', 'client', 'vsctl'];
  if (families.includes(command) && /^[a-z]/.test(sub) && !new RegExp(`\\b${sub}\\b`).test(help)) {
    return `ovskit ${command}: its help knows no "${sub}"`;
  }
  return undefined;
}
