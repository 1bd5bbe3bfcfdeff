import { execFileSync } from 'node:child_process';

/** Debian's: a Python of another version does not see its packages. */
export const PYTHON = '/usr/bin/python3';

function has(module: string): boolean {
  try {
    execFileSync(PYTHON, ['-c', `import ${module}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Installs a Debian package when its module is missing and we may. @returns why it can't be measured, or nothing. */
export function preparePython(name: string, module: string): string | undefined {
  if (has(module)) return undefined;
  if (process.geteuid?.() !== 0) return `${name} is not installed (apt-get install ${name})`;
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync('apt-get', ['install', '--yes', '--no-install-recommends', name], { env, stdio: 'ignore' });
  } catch {
    return `${name} could not be installed`;
  }
  return has(module) ? undefined : `${PYTHON} does not find ${name}`;
}
