import { join } from 'node:path';
import { DEFAULT_REMOTE } from '../ovsdb/remote.js';

/** The remote to use: `--remote`, else OVSKIT_REMOTE, else the socket in OVS_RUNDIR, else Open vSwitch's own. */
export function chooseRemote(option: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  if (option !== undefined) return option;
  if (env.OVSKIT_REMOTE) return env.OVSKIT_REMOTE;
  return env.OVS_RUNDIR ? `unix:${join(env.OVS_RUNDIR, 'db.sock')}` : DEFAULT_REMOTE;
}
