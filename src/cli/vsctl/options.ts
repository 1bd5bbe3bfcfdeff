import { runDirectory } from '../../base/directories.js';
import { Exit, Fatal } from '../fatal.js';
import type { Io } from '../io.js';
import { Shash } from '../json/index.js';
import { applyVlogOption, type Vlog } from '../log/vlog.js';
import { getopt, type LongOption } from '../options/getopt.js';
import { applySslOption, defaultSslOptions, type SslOptions } from '../options/ssl.js';
import { applyTableOption, defaultStyle, type TableStyle } from '../table/style.js';
import { globalOptions } from './global-options.js';
import { commands } from './registry.js';

/** What the options before the commands say. */
export interface VsctlOptions {
  db: string;
  oneline: boolean;
  dryRun: boolean;
  wait: boolean;
  retry: boolean;
  leaderOnly: boolean;
  shuffle: boolean;
  /** Seconds, 0 for ever. */
  timeout: number;
  style: TableStyle;
  ssl: SslOptions;
  /** Prints the operations instead of sending them. */
  explain: boolean;
  /** A file of command lines, `-` for standard input. */
  batch: string | undefined;
  /** The lines of a batch make one transaction. */
  atomic: boolean;
}

/** The options of commands, which may also stand before the first command. */
function localOptions(): LongOption[] {
  const found = new Map<string, LongOption>();
  for (const [, { options }] of Shash.from([...commands])) {
    for (const option of options) {
      const [name, value] = option.slice(2).split('=');
      if (!found.has(name!))
        found.set(name!, value === undefined ? { name: name! } : { name: name!, argument: 'required' });
    }
  }
  return [...found.values()];
}

export interface ParsedOptions {
  readonly options: VsctlOptions;
  /** Options of the first command that stood among the global ones. */
  readonly local: Map<string, string | undefined>;
  readonly operands: string[];
}

/** Reads the options before the commands. @throws {Exit} after --help and its like; {@link GetoptError}; {@link Fatal}. */
export async function parseOptions(
  argv: readonly string[],
  program: string,
  io: Io,
  log: Vlog,
): Promise<ParsedOptions> {
  const options: VsctlOptions = {
    db: `unix:${runDirectory()}/db.sock`,
    oneline: false,
    dryRun: false,
    wait: true,
    retry: false,
    leaderOnly: true,
    shuffle: true,
    timeout: 0,
    style: { ...defaultStyle(), format: 'list' },
    ssl: defaultSslOptions(),
    explain: false,
    batch: undefined,
    atomic: false,
  };
  const local = new Map<string, string | undefined>();
  const operands: string[] = [];
  const known = [...globalOptions, ...localOptions()];
  const isGlobal = new Set(globalOptions.map(({ name }) => name));
  for (const [name, value] of getopt(argv, known, operands, { POSIXLY_CORRECT: '1' })) {
    if (!isGlobal.has(name)) local.set(`--${name}`, value);
    else if (name === 'help' || name === 'commands' || name === 'options' || name === 'version') {
      const { describe } = await import('./usage.js');
      io.stdout.write(describe(name, program));
      throw new Exit(0);
    } else if (
      !applyOwn(options, name, value, log) &&
      !applyTableOption(options.style, name, value ?? '') &&
      !applySslOption(options.ssl, name, value ?? '', log)
    ) {
      applyVlogOption(log, name, value);
    }
  }
  return { options, local, operands };
}

function applyOwn(options: VsctlOptions, name: string, value: string | undefined, log: Vlog): boolean {
  switch (name) {
    case 'db':
      options.db = value!;
      return true;
    case 'no-syslog':
      log.set('vsctl:syslog:warn');
      return true;
    case 'no-wait':
      options.wait = false;
      return true;
    case 'dry-run':
      options.dryRun = true;
      return true;
    case 'oneline':
      options.oneline = true;
      return true;
    case 'timeout': {
      const seconds = /^\s*\+?\d+$/.test(value!) ? Number(value) : 0;
      if (seconds === 0 || seconds > 0xffffffff) throw new Fatal(`value ${value} on -t or --timeout is invalid`);
      options.timeout = seconds;
      return true;
    }
    case 'retry':
      options.retry = true;
      return true;
    case 'leader-only':
    case 'no-leader-only':
      options.leaderOnly = name === 'leader-only';
      return true;
    case 'shuffle-remotes':
    case 'no-shuffle-remotes':
      options.shuffle = name === 'shuffle-remotes';
      return true;
    case 'peer-ca-cert':
      return true;
    case 'explain':
      options.explain = true;
      return true;
    case 'batch':
      options.batch = value ?? '-';
      return true;
    case 'atomic':
      options.atomic = true;
      return true;
    default:
      return false;
  }
}
