import { longOptions } from '../client/options.js';
import { commands as clientCommands } from '../client/registry.js';
import { codegenHelp } from '../commands/codegen.js';
import { netdevHelp } from '../commands/netdev.js';
import { reconfigureHelp } from '../commands/reconfigure.js';
import { sandboxHelp } from '../commands/sandbox.js';
import { serveHelp } from '../commands/serve.js';
import { vifHelp } from '../commands/vif.js';
import { help } from '../help.js';

/** What may stand behind a command of ovskit. */
export interface Words {
  /** By name, the words that stand behind it: `['DEV', 'set']`. */
  readonly subcommands: ReadonlyMap<string, readonly string[]>;
  /** By name with its dashes, what its value is called; undefined for one that takes none. */
  readonly options: ReadonlyMap<string, string | undefined>;
}

/** Names of ovskit's commands, and what each is for, as `ovskit --help` tells. */
export const commands: ReadonlyMap<string, string> = new Map(
  [...help.matchAll(/^ {2}(\w+) {2,}(.+)$/gm)].map(([, name = '', about = '']) => [name, about]),
);

/** What the help of a command names: its usage lines give the subcommands, the whole text the options. */
function wordsOf(command: string, text: string): Words {
  const subcommands = new Map<string, readonly string[]>();
  const usage = new RegExp(`^ *ovskit ${command} (?:--\\w+ [A-Z]+ )?([a-z]+(?:\\|[a-z]+)*)(?![\\w-])(.*)$`, 'gm');
  for (const [, names = '', rest = ''] of text.matchAll(usage)) {
    const places: string[] = [];
    for (const word of rest.trim().split(/ +/)) {
      if (/^(?:-|\[-|\[NAME|\[options|\.|$)/.test(word)) break;
      places.push(word.replace(/^\[/, '').replace(/\]?(?:\.\.\.)?$/, ''));
    }
    for (const name of names.split('|')) {
      if ((subcommands.get(name)?.length ?? -1) < places.length) subcommands.set(name, places);
    }
  }
  const options = new Map<string, string | undefined>();
  const option = /(?<![\w"-])(--[a-z][a-z-]*)(?: (\[?[A-Z]+|[a-z]+(?:\|[a-z]+)+))?(?![\w-])/g;
  for (const [, name = '', value] of text.matchAll(option)) options.set(name, options.get(name) ?? value);
  return { subcommands, options };
}

const client: Words = {
  subcommands: new Map([...clientCommands.keys()].map((name) => [name, []])),
  options: new Map(longOptions.map(({ name, argument }) => [`--${name}`, argument === 'required' ? 'ARG' : undefined])),
};

/** All but vsctl, whose table says more. */
export const words: ReadonlyMap<string, Words> = new Map([
  ['vif', wordsOf('vif', vifHelp)],
  ['reconfigure', wordsOf('reconfigure', reconfigureHelp)],
  ['netdev', wordsOf('netdev', netdevHelp)],
  ['client', client],
  ['codegen', wordsOf('codegen', codegenHelp)],
  ['serve', wordsOf('serve', serveHelp)],
  ['sandbox', wordsOf('sandbox', sandboxHelp)],
]);
