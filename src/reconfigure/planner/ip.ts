import type { Step } from '../../plan/index.js';
import type { Facts } from '../facts.js';
import type { Log } from '../log.js';

/** `none` leaves IP alone; `ifcfg` writes the files of Red Hat's network scripts, and runs ifup(8) and ifdown(8). */
export type IpBackend = 'none' | 'ifcfg';

export interface IpOptions {
  /** Default: `none`. */
  readonly ipBackend?: IpBackend | undefined;
  /** Put before the paths of the configuration files. Default: empty. */
  readonly rootPrefix?: string | undefined;
}

/** One that is not configured makes ifdown fail, which is no matter; one that was gets its addresses back by the undoing. */
export function ifdown(device: string, facts: Facts): Step {
  const configured = facts.ifcfg.has(device) && facts.netdevs.get(device)?.up === true;
  return {
    kind: 'run-tool',
    argv: ['ifdown', device],
    bestEffort: true,
    undo: configured ? ['ifup', device] : undefined,
  };
}

/** Takes the addresses from a device that is to be reconfigured. */
export function ifdownSteps(device: string, facts: Facts, log: Log): Step[] {
  if (!facts.netdevs.has(device)) {
    log.info(`ifdown: device ${device} does not exist, ignoring`);
    return [];
  }
  if (facts.ifcfg.has(device)) return [ifdown(device, facts)];
  log.info(`ifdown: device ${device} exists but ifcfg-${device} does not`);
  return [{ kind: 'set-link-down', device, ifExists: true }];
}
