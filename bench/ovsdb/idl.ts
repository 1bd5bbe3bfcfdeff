import { execFileSync } from 'node:child_process';
import { findSchema } from '../../src/sandbox/programs.js';
import { sourceFile } from './floor.js';

/** Debian's: a Python of another version does not see its packages. */
const PYTHON = '/usr/bin/python3';

/** What idl.py measured. */
export interface IdlRun {
  seconds: number;
  rows: number;
  /** Growth of the resident set in bytes. */
  resident: number;
  /** `C` or `Python`: which JSON parser the package found. */
  parser: string;
}

function isInstalled(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import ovs.db.idl'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Installs python3-openvswitch when it is missing and we may. @returns why it can't be measured, or nothing. */
export function prepareIdl(): string | undefined {
  if (isInstalled()) return undefined;
  if (process.geteuid?.() !== 0) return 'python3-openvswitch is not installed (apt-get install python3-openvswitch)';
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync('apt-get', ['install', '--yes', '--no-install-recommends', 'python3-openvswitch'], {
      env,
      stdio: 'ignore',
    });
  } catch {
    return 'python3-openvswitch could not be installed';
  }
  return isInstalled() ? undefined : `${PYTHON} does not find python3-openvswitch`;
}

/** The first dump by python3-openvswitch's IDL, in a process of its own. */
export function idlFirstDump(remote: string): IdlRun {
  const text = execFileSync(PYTHON, [sourceFile('ovsdb/idl.py'), remote, findSchema()], { encoding: 'utf8' });
  return JSON.parse(text) as IdlRun;
}
