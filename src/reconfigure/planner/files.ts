import { join } from 'node:path';
import type { Step } from '../../plan/index.js';
import type { Facts } from '../facts.js';
import { type ConfigFile, ifcfgFile, networkFile, routeFile } from '../files/ifcfg.js';
import { configDirectory, configPath } from '../files/paths.js';
import type { Log } from '../log.js';
import type { Pif, Records } from '../records/index.js';
import type { IpOptions } from './ip.js';

/** The configuration files of a PIF. */
export interface ConfigFiles {
  /** In the order in which they are put in place. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Those that are not so already. */
  readonly changed: readonly string[];
}

export function configFiles(records: Records, pif: Pif, facts: Facts, options: IpOptions, log: Log): ConfigFiles {
  const ifcfg = ifcfgFile(records, pif, log);
  const route = routeFile(records, pif, log);
  const network = networkFile(records, pif, facts.files?.get('network') ?? '', log);
  const all: ConfigFile[] = [route, ...(network ? [network] : []), ifcfg];
  const prefix = options.rootPrefix ?? '';
  return {
    files: all.map(({ name, text }) => ({ path: join(prefix, configDirectory(name), name), text })),
    changed: all.filter(({ name, text }) => facts.files?.get(name) !== text).map(({ name }) => configPath(name)),
  };
}

export function applySteps({ files }: ConfigFiles, log: Log): Step[] {
  for (const { path } of files) log.info(`applying changes to ${path}`);
  return files.map(({ path, text }): Step => ({ kind: 'apply-file', path, text }));
}

export function commitSteps({ files }: ConfigFiles, log: Log): Step[] {
  for (const { path } of files) log.info(`committing changes to ${path}`);
  return [{ kind: 'commit-files', paths: files.map(({ path }) => path) }];
}
