import { Exit, Fatal } from '../fatal.js';
import type { Io } from '../io.js';
import { applyVlogOption, type Vlog, vlogOptions } from '../log/vlog.js';
import { applyDaemonOption, type DaemonOptions, daemonOptions, defaultDaemonOptions } from '../options/daemon.js';
import { getopt, type LongOption } from '../options/getopt.js';
import { applySslOption, defaultSslOptions, type SslOptions, sslOptions } from '../options/ssl.js';
import { applyTableOption, defaultStyle, type TableStyle, tableOptions } from '../table/index.js';
import { usage } from './usage.js';

/** The version of Open vSwitch whose ovsdb-client this is equal to. */
export const STOCK_VERSION = '3.1.0';

/** What the options of ovsdb-client(1) say. */
export interface ClientOptions {
  style: TableStyle;
  daemon: DaemonOptions;
  ssl: SslOptions;
  timestamp: boolean;
  force: boolean;
  /** Seconds, 0 for ever. */
  timeout: number;
  dbChangeAware: boolean;
  leaderOnly: boolean;
}

/** In the order of ovsdb-client.c, which is that of the possibilities that an ambiguous one is said to have. */
export const longOptions: readonly LongOption[] = [
  { name: 'help', short: 'h' },
  { name: 'version', short: 'V' },
  { name: 'timestamp' },
  { name: 'force' },
  { name: 'timeout', short: 't', argument: 'required' },
  { name: 'db-change-aware' },
  { name: 'no-db-change-aware' },
  { name: 'leader-only' },
  { name: 'no-leader-only' },
  ...vlogOptions,
  ...daemonOptions,
  ...sslOptions,
  { name: 'record', argument: 'optional' },
  { name: 'replay', argument: 'optional' },
  ...tableOptions,
];

/**
 * Reads the command line into `options`.
 *
 * @returns the command and its arguments.
 * @throws {Exit} after --help and --version; {@link GetoptError}; {@link Fatal}.
 */
export function parseOptions(
  argv: readonly string[],
  program: string,
  io: Io,
  log: Vlog,
): { options: ClientOptions; operands: string[] } {
  const options: ClientOptions = {
    style: defaultStyle(),
    daemon: defaultDaemonOptions(),
    ssl: defaultSslOptions(),
    timestamp: false,
    force: false,
    timeout: 0,
    dbChangeAware: true,
    leaderOnly: true,
  };
  const operands: string[] = [];
  for (const [name, value] of getopt(argv, longOptions, operands)) {
    if (name === 'help') {
      io.stdout.write(usage(program));
      throw new Exit(0);
    }
    if (name === 'version') {
      io.stdout.write(`${program} (Open vSwitch) ${STOCK_VERSION}\n`);
      throw new Exit(0);
    }
    if (applyOwnOption(options, name, value)) continue;
    if (applyTableOption(options.style, name, value ?? '')) continue;
    if (applyDaemonOption(options.daemon, name, value)) continue;
    if (applySslOption(options.ssl, name, value ?? '', log)) continue;
    if (applyVlogOption(log, name, value)) continue;
    throw new Fatal(`--${name} is not supported; the stock ovsdb-client has it`);
  }
  return { options, operands };
}

function applyOwnOption(options: ClientOptions, name: string, value: string | undefined): boolean {
  switch (name) {
    case 'timestamp':
      options.timestamp = true;
      return true;
    case 'force':
      options.force = true;
      return true;
    case 'timeout':
      options.timeout = /^\s*\+?\d+$/.test(value!) ? Number(value) : 0;
      if (options.timeout === 0) throw new Fatal(`value ${value} on -t or --timeout is invalid`);
      return true;
    case 'db-change-aware':
      options.dbChangeAware = true;
      return true;
    case 'no-db-change-aware':
      options.dbChangeAware = false;
      return true;
    case 'leader-only':
      options.leaderOnly = true;
      return true;
    case 'no-leader-only':
      options.leaderOnly = false;
      return true;
    default:
      return false;
  }
}
