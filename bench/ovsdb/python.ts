import { execFileSync } from 'node:child_process';

/** Debian's: a Python of another version does not see its packages. */
export const PYTHON = '/usr/bin/python3';

/** @returns why what a Debian package brings can't be measured, or nothing when its module is there. */
export function preparePython(name: string, module: string): string | undefined {
  try {
    execFileSync(PYTHON, ['-c', `import ${module}`], { stdio: 'ignore' });
    return undefined;
  } catch {
    return `${name} is not installed: "node tools/bench-setup.mjs" does it, as root on Debian`;
  }
}
