import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { help } from './help.js';
import type { Io } from './io.js';

interface Command {
  /** @param program the name that it answers under, for commands that stand in for a stock tool. */
  run(argv: string[], io: Io, program?: string): Promise<number>;
  /** Left out by commands that have a `--help` of their own. */
  readonly help?: string;
}

/** A command's code is loaded only when it is the one that runs. */
const commands: Record<string, () => Promise<Command>> = {
  vif: async () => {
    const { vifCommand, vifHelp } = await import('./commands/vif.js');
    return { run: vifCommand, help: vifHelp };
  },
  reconfigure: async () => {
    const { reconfigureCommand, reconfigureHelp } = await import('./commands/reconfigure.js');
    return { run: reconfigureCommand, help: reconfigureHelp };
  },
  netdev: async () => {
    const { netdevCommand, netdevHelp } = await import('./commands/netdev.js');
    return { run: netdevCommand, help: netdevHelp };
  },
  client: async () => {
    const { clientCommand } = await import('./commands/client.js');
    return { run: clientCommand };
  },
  vsctl: async () => {
    const { vsctlCommand } = await import('./commands/vsctl.js');
    return { run: vsctlCommand };
  },
  codegen: async () => {
    const { codegenCommand, codegenHelp } = await import('./commands/codegen.js');
    return { run: codegenCommand, help: codegenHelp };
  },
  serve: async () => {
    const { serveCommand, serveHelp } = await import('./commands/serve.js');
    return { run: serveCommand, help: serveHelp };
  },
  sandbox: async () => {
    const { sandboxCommand, sandboxHelp } = await import('./commands/sandbox.js');
    return { run: sandboxCommand, help: sandboxHelp };
  },
};

/** Run by a link of a stock tool's name, ovskit is that tool. */
const stockNames: Record<string, string> = { 'ovsdb-client': 'client', 'ovs-vsctl': 'vsctl' };

function version(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Whether help is asked for; behind `--` the words are another program's. */
function wantsHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).some((word) => word === '--help' || word === '-h');
}

/** The stock tool whose words are to be used. */
let answersAs: string | undefined;

async function main(program: string, argv: string[], io: Io): Promise<number> {
  const stock = stockNames[basename(program)];
  if (stock) answersAs = basename(program);
  if (stock) return (await load(stock))?.run(argv, io, program) ?? 1;
  const [first = '--help', ...others] = argv;
  // `help vif` is `vif --help`.
  const asked = first === 'help' ? others[0] : undefined;
  const [name, rest] = asked === undefined ? [first, others] : [asked, ['--help']];
  if (name === '--version' || name === '-V') {
    io.stdout.write(`ovskit ${version()}\n`);
    return 0;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    io.stdout.write(help);
    return argv.length > 0 ? 0 : 2;
  }
  const command = await load(name);
  if (!command) {
    io.stderr.write(`ovskit: no command "${name}"; "ovskit --help" lists them\n`);
    return 2;
  }
  answersAs = Object.keys(stockNames).find((tool) => stockNames[tool] === name);
  if (command.help !== undefined && wantsHelp(rest)) {
    io.stdout.write(command.help);
    return 0;
  }
  return command.run(rest, io);
}

async function load(name: string): Promise<Command | undefined> {
  return Object.hasOwn(commands, name) ? commands[name]?.() : undefined;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (answersAs) process.stderr.write(`${answersAs}: write to stdout failed\n`);
  // Whoever read our output has enough of it: `ovskit ... | head`.
  else if (error.code !== 'EPIPE') process.stderr.write(`ovskit: cannot write the output: ${error.message}\n`);
  process.exit(1);
});

async function report(error: unknown): Promise<void> {
  const { messageOf, OvskitError } = await import('../base/errors.js');
  // A defect of ours is worth its stack; an error made on purpose says all in one line.
  const { oneLine } = await import('./io.js');
  const text = error instanceof OvskitError ? oneLine(messageOf(error)) : (error as Error).stack;
  process.stderr.write(`ovskit: ${text}\n`);
  process.exitCode = error instanceof OvskitError && error.code === 'ERR_USAGE' ? 2 : 1;
}

// No `await` out here: the bundle is a CommonJS module.
main(process.argv[1] ?? 'ovskit', process.argv.slice(2), process).then((status) => {
  process.exitCode = status;
}, report);
