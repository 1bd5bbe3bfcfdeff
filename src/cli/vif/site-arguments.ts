import { DEFAULT_OWNER } from '../../vif/index.js';
import { tlsArguments, tlsOptions } from '../options/tls.js';
import { parseArguments, parseTimeout, UsageError } from '../usage.js';
import type { SwitchArguments } from './arguments.js';

/** What `reconcile` and `list` are told. */
export interface SiteArguments extends SwitchArguments {
  readonly file: string | undefined;
  readonly bridges: readonly string[] | undefined;
  readonly owner: string;
  /** Milliseconds. */
  readonly interval: number;
  readonly dryRun: boolean;
  readonly json: boolean;
}

const INTERVAL = 5000;

/** What is wrong with a list without a request where no bridge is named. */
export const NO_BRIDGES = 'there is no request in the list to say which bridges are meant: --bridge NAME does';

/** @throws {UsageError} */
export function parseSiteArguments(verb: 'reconcile' | 'list', argv: string[]): SiteArguments {
  const { values, positionals } = parseArguments({
    args: argv,
    allowPositionals: true,
    options: {
      request: { type: 'string' },
      bridge: { type: 'string', multiple: true },
      owner: { type: 'string', default: DEFAULT_OWNER },
      remote: { type: 'string' },
      db: { type: 'string' },
      ...tlsArguments,
      timeout: { type: 'string' },
      interval: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const named = [...(values.request === undefined ? [] : [values.request]), ...positionals];
  if (named.length > 1) throw new UsageError(`one request file is enough: ${named.join(', ')}`);
  const [file] = named;
  if (verb === 'reconcile' && file === undefined) throw new UsageError('say "ovskit vif reconcile FILE"');
  if (values.owner === '') throw new UsageError('--owner must not be empty');
  if (values.remote !== undefined && values.db !== undefined) throw new UsageError('--db and --remote are the same');
  return {
    file,
    bridges: values.bridge,
    owner: values.owner,
    interval: parseInterval(values.interval),
    remote: values.remote ?? values.db,
    tls: tlsOptions(values),
    timeout: parseTimeout(values.timeout),
    dryRun: values['dry-run'],
    json: values.json,
  };
}

function parseInterval(text: string | undefined): number {
  if (text === undefined) return INTERVAL;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--interval takes a whole number of milliseconds, not ${text}`);
  return Number(text);
}
