import { join } from 'node:path';
import type { Action, IpBackend } from '../../reconfigure/index.js';
import { parseArguments, parseTimeout, UsageError, verbError } from '../usage.js';

/** Where XenServer keeps its records. */
const DBCACHE = '/var/xapi/network.dbcache';
const VERBS = ['up', 'down', 'rewrite', 'diff'] as const;
type Verb = (typeof VERBS)[number];

/** The command line of `ovskit reconfigure`, in either grammar. */
export interface Arguments {
  readonly verb: Verb;
  /** PIFs as they were named: one for up and down, any number for diff. */
  readonly pifs: readonly string[];
  /** By `--force`: the bridge, which names the PIF. */
  readonly force: string | undefined;
  readonly records: string;
  readonly facts: string | undefined;
  readonly remote: string | undefined;
  /** Milliseconds. */
  readonly timeout: number | undefined;
  readonly ipBackend: IpBackend;
  readonly rootPrefix: string;
  readonly datapathType: string | undefined;
  readonly dryRun: boolean;
  readonly explain: boolean;
  readonly json: boolean;
  readonly log: 'text' | 'json';
  /** What `--force BRIDGE rewrite` writes down. */
  readonly management: Readonly<Partial<Record<ManagementOption, string>>>;
}

const MANAGEMENT_OPTIONS = ['device', 'mac', 'mode', 'ip', 'netmask', 'gateway'] as const;
export type ManagementOption = (typeof MANAGEMENT_OPTIONS)[number];

const string = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

/** @throws {UsageError} */
export function parseReconfigure(argv: string[]): Arguments {
  const { values, positionals } = parseArguments({
    args: argv,
    allowPositionals: true,
    options: {
      records: string,
      db: string,
      facts: string,
      remote: string,
      timeout: string,
      'ip-backend': { type: 'string', default: 'none' },
      'root-prefix': { type: 'string', default: '' },
      'datapath-type': string,
      'dry-run': flag,
      explain: flag,
      json: flag,
      log: { type: 'string', default: 'text' },
      // The original's own.
      pif: string,
      'pif-uuid': string,
      force: string,
      'force-interface': string,
      'no-syslog': flag,
      device: string,
      mac: string,
      mode: string,
      ip: string,
      netmask: string,
      gateway: string,
    },
  });
  const [word, ...rest] = positionals;
  const verb = VERBS.find((each) => each === word);
  if (!verb) throw verbError('reconfigure', word, VERBS);
  const force = one(values.force, values['force-interface'], '--force');
  const named = one(values['pif-uuid'], values.pif, '--pif-uuid');
  const pifs = [...(named === undefined ? [] : [named]), ...(force === undefined ? [] : [force]), ...rest];
  checkPifs(verb, pifs, force);
  const rootPrefix = values['root-prefix'];
  return {
    verb,
    pifs,
    force,
    records: one(values.records, values.db, '--records') ?? join(rootPrefix, DBCACHE),
    facts: values.facts,
    remote: values.remote,
    timeout: parseTimeout(values.timeout),
    ipBackend: choice(values['ip-backend'], ['none', 'ifcfg'], '--ip-backend'),
    rootPrefix,
    datapathType: values['datapath-type'],
    dryRun: values['dry-run'],
    explain: values.explain,
    json: values.json,
    log: choice(values.log, ['text', 'json'], '--log'),
    management: managementOf(values, verb === 'rewrite' && force !== undefined),
  };
}

function one(a: string | undefined, b: string | undefined, name: string): string | undefined {
  if (a !== undefined && b !== undefined) throw new UsageError(`${name} is said twice`);
  return a ?? b;
}

function choice<T extends string>(value: string, allowed: readonly T[], name: string): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new UsageError(`${name} is ${allowed.join(' or ')}, not ${value}`);
  return found;
}

function checkPifs(verb: Verb, pifs: readonly string[], force: string | undefined): void {
  if ((verb === 'up' || verb === 'down') && pifs.length !== 1) {
    throw new UsageError(
      `"ovskit reconfigure ${verb}" takes one PIF: a uuid, reference, bridge or device, not ${pifs.length || 'none'}`,
    );
  }
  if (verb === 'rewrite' && pifs.length > (force === undefined ? 0 : 1)) {
    throw new UsageError(`"ovskit reconfigure rewrite" takes no PIF, but ${pifs.join(' ')}`);
  }
}

function managementOf(
  values: Readonly<Partial<Record<ManagementOption, string>>>,
  wanted: boolean,
): Partial<Record<ManagementOption, string>> {
  const given = MANAGEMENT_OPTIONS.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  if (!wanted && given[0]) throw new UsageError(`--${given[0][0]} goes with "--force BRIDGE rewrite"`);
  const options = Object.fromEntries(given) as Partial<Record<ManagementOption, string>>;
  if (!wanted) return options;
  for (const name of ['device', 'mac', 'mode'] as const) {
    if (options[name] === undefined) throw new UsageError(`"--force BRIDGE rewrite" needs --${name}`);
  }
  const mode = choice(options.mode as string, ['dhcp', 'static'], '--mode');
  if (mode === 'static' && (options.ip === undefined || options.netmask === undefined)) {
    throw new UsageError('--mode static needs --ip and --netmask');
  }
  return options;
}

/** What the library is asked to do. */
export function actionOf({ verb, pifs }: Arguments): Action {
  const [pif = ''] = pifs;
  if (verb === 'up') return { up: pif };
  return verb === 'down' ? { down: pif } : { rewrite: true };
}
