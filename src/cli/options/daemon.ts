/** The options of lib/daemon.c. */
export interface DaemonOptions {
  detach: boolean;
  chdir: boolean;
  /** `''` for the default name in the run directory. */
  pidfile: string | undefined;
  overwritePidfile: boolean;
  /** `USER[:GROUP]`. */
  user: string | undefined;
  /** Path of the control socket; an extension of ovsdb-client 3.1. */
  unixctl: string | undefined;
}

export function defaultDaemonOptions(): DaemonOptions {
  return {
    detach: false,
    chdir: true,
    pidfile: undefined,
    overwritePidfile: false,
    user: undefined,
    unixctl: undefined,
  };
}

/** The long options of lib/daemon.h, in its order. */
export const daemonOptions = [
  { name: 'detach' },
  { name: 'no-self-confinement' },
  { name: 'no-chdir' },
  { name: 'pidfile', argument: 'optional' },
  { name: 'overwrite-pidfile' },
  { name: 'monitor' },
  { name: 'user', argument: 'required' },
  { name: 'unixctl', argument: 'required', extra: true },
] as const;

/** @returns false when the option is not about daemons. */
export function applyDaemonOption(options: DaemonOptions, name: string, value: string | undefined): boolean {
  switch (name) {
    case 'detach':
      options.detach = true;
      return true;
    case 'no-chdir':
      options.chdir = false;
      return true;
    case 'pidfile':
      options.pidfile = value ?? '';
      return true;
    case 'overwrite-pidfile':
      options.overwritePidfile = true;
      return true;
    case 'unixctl':
      options.unixctl = value;
      return true;
    case 'user':
      options.user = value;
      return true;
    case 'monitor':
    case 'no-self-confinement':
      return true;
    default:
      return false;
  }
}
