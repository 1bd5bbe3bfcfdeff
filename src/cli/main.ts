#!/usr/bin/env node
import type { Io } from './io.js';

/** A command's code is loaded only when it is the one that runs. */
const commands: Record<string, () => Promise<{ run(argv: string[], io: Io): Promise<number>; help: string }>> = {
  vif: async () => {
    const { vifCommand, vifHelp } = await import('./commands/vif.js');
    return { run: vifCommand, help: vifHelp };
  },
  netdev: async () => {
    const { netdevCommand, netdevHelp } = await import('./commands/netdev.js');
    return { run: netdevCommand, help: netdevHelp };
  },
  codegen: async () => {
    const { codegenCommand, codegenHelp } = await import('./commands/codegen.js');
    return { run: codegenCommand, help: codegenHelp };
  },
  sandbox: async () => {
    const { sandboxCommand, sandboxHelp } = await import('./commands/sandbox.js');
    return { run: sandboxCommand, help: sandboxHelp };
  },
};

const help = `ovskit COMMAND [arguments]

  vif plug|unplug  plug or unplug virtual interfaces
  netdev show      show a network device's driver, link and features
  codegen          write the TypeScript types of a database schema
  sandbox          run a private Open vSwitch

"ovskit COMMAND --help" tells more; "ovskit --version" prints the version.
`;

async function version(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Whether help is asked for; behind `--` the words are another program's. */
function wantsHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).some((word) => word === '--help' || word === '-h');
}

async function main(argv: string[], io: Io): Promise<number> {
  const [name = '--help', ...rest] = argv;
  if (name === '--version' || name === '-V') {
    io.stdout.write(`ovskit ${await version()}\n`);
    return 0;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    io.stdout.write(help);
    return argv.length > 0 ? 0 : 2;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) {
    io.stderr.write(`ovskit: no command "${name}"; "ovskit --help" lists them\n`);
    return 2;
  }
  const command = await load();
  if (wantsHelp(rest)) {
    io.stdout.write(command.help);
    return 0;
  }
  return command.run(rest, io);
}

try {
  process.exitCode = await main(process.argv.slice(2), process);
} catch (error) {
  const { messageOf, OvskitError } = await import('../base/errors.js');
  // A defect of ours is worth its stack; an error made on purpose says all in one line.
  const text = error instanceof OvskitError ? messageOf(error).replaceAll('\n', ' ') : (error as Error).stack;
  process.stderr.write(`ovskit: ${text}\n`);
  process.exitCode = error instanceof OvskitError && error.code === 'ERR_USAGE' ? 2 : 1;
}
