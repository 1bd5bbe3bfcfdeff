import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { findProgram } from '../../src/sandbox/programs.js';
import type { Results } from './results.js';

/** What the numbers were taken on. */
export function describeMachine(): Results['machine'] {
  const version = execFileSync(findProgram('ovs-vswitchd'), ['--version'], { encoding: 'utf8' });
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    processors: cpus().length,
    memory: totalmem(),
    kernel: release(),
    node: process.versions.node,
    openvswitch: /\d+(?:\.\d+)+/.exec(version)?.[0] ?? 'unknown',
    load: loadavg()[0] ?? 0,
  };
}
