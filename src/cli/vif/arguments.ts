import type { TlsOptions } from '../../ovsdb/index.js';
import type { Release } from '../../vif/index.js';
import { tlsArguments, tlsOptions } from '../options/tls.js';
import { parseArguments, parseTimeout, UsageError, verbError } from '../usage.js';

const VERBS = ['config', 'plug', 'unplug'] as const;
const RELEASES = ['icehouse', 'newton'] as const;

/** Where the switch is. */
export interface SwitchArguments {
  readonly remote: string | undefined;
  readonly tls: TlsOptions;
  /** Milliseconds. */
  readonly timeout: number | undefined;
}

export interface VifArguments extends SwitchArguments {
  readonly verb: (typeof VERBS)[number];
  readonly file: string;
  readonly release: Release | undefined;
  readonly dryRun: boolean;
  readonly explain: boolean;
  readonly json: boolean;
  readonly force: boolean;
  readonly replace: boolean;
  readonly bestEffort: boolean;
}

/** @throws {UsageError} */
export function parseVifArguments(argv: string[]): VifArguments {
  const { values, positionals } = parseArguments({
    args: argv,
    allowPositionals: true,
    options: {
      request: { type: 'string' },
      release: { type: 'string' },
      remote: { type: 'string' },
      db: { type: 'string' },
      ...tlsArguments,
      timeout: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      explain: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      force: { type: 'boolean', default: false },
      replace: { type: 'boolean', default: false },
      'best-effort': { type: 'boolean', default: false },
    },
  });
  const [word, ...files] = positionals;
  const verb = VERBS.find((each) => each === word);
  if (!verb) throw verbError('vif', word, [...VERBS, 'reconcile', 'list']);
  const named = [...(values.request === undefined ? [] : [values.request]), ...files];
  if (named.length > 1) throw new UsageError(`one request file is enough: ${named.join(', ')}`);
  const [file] = named;
  if (file === undefined) throw new UsageError(`the request file is missing: say "ovskit vif ${verb} FILE"`);
  if (values.remote !== undefined && values.db !== undefined) throw new UsageError('--db and --remote are the same');
  return {
    verb,
    file,
    release: parseRelease(values.release),
    remote: values.remote ?? values.db,
    tls: tlsOptions(values),
    timeout: parseTimeout(values.timeout),
    dryRun: values['dry-run'],
    explain: values.explain,
    json: values.json,
    force: values.force,
    replace: values.replace,
    bestEffort: values['best-effort'],
  };
}

function parseRelease(text: string | undefined): Release | undefined {
  if (text === undefined) return undefined;
  const release = RELEASES.find((each) => each === text);
  if (!release) throw new UsageError(`--release takes ${RELEASES.join(' or ')}, not ${text}`);
  return release;
}
