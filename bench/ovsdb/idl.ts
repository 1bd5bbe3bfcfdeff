import { execFileSync } from 'node:child_process';
import { findSchema } from '../../src/sandbox/programs.js';
import { sourceFile } from './floor.js';
import { PYTHON, preparePython } from './python.js';

/** What idl.py measured. */
export interface IdlRun {
  seconds: number;
  rows: number;
  /** Growth of the resident set in bytes. */
  resident: number;
  /** `C` or `Python`: which JSON parser the package found. */
  parser: string;
}

/** @returns why it can't be measured, or nothing. */
export const prepareIdl = (): string | undefined => preparePython('python3-openvswitch', 'ovs.db.idl');

/** The first dump by python3-openvswitch's IDL, in a process of its own. */
export function idlFirstDump(remote: string): IdlRun {
  const text = execFileSync(PYTHON, [sourceFile('ovsdb/idl.py'), remote, findSchema()], { encoding: 'utf8' });
  return JSON.parse(text) as IdlRun;
}
