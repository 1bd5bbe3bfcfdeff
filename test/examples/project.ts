import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../support/run.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Makes a project that has ovskit as a user has it, and the examples in it. @returns its directory */
export function makeProject(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ovskit-ex-'));
  const modules = join(directory, 'node_modules');
  mkdirSync(modules);
  symlinkSync(root, join(modules, 'ovskit'));
  symlinkSync(join(root, 'node_modules', '@types'), join(modules, '@types'));
  cpSync(join(root, 'examples'), directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    rootDir: '.',
  };
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  return directory;
}

/** Compiles the examples where they are. @throws what the compiler says */
export async function compile(directory: string): Promise<void> {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = await run(process.execPath, [tsc, '-p', directory], { cwd: directory });
  if (status !== 0) throw new Error(stdout);
}
