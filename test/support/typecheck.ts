import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Where the declarations are that a user of the package sees, for imports in snippets. */
export const declarations = join(root, 'dist', 'src');

/** What the compiler says of each file: `LINE: TSnnnn: message`, lines counted from 1. */
export async function typecheck(files: Readonly<Record<string, string>>): Promise<Map<string, string[]>> {
  const directory = mkdtempSync(join(tmpdir(), 'ovskit-types-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, `${name}.ts`), text);
    const config = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        noEmit: true,
        incremental: false,
        tsBuildInfoFile: null,
        rootDir: '/',
        skipLibCheck: true,
        noUnusedLocals: false,
        typeRoots: [join(root, 'node_modules', '@types')],
      },
      include: ['*.ts'],
    };
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const { status, stdout } = await run(process.execPath, [tsc, '-p', directory, '--pretty', 'false'], {
      cwd: directory,
    });
    const errors = new Map<string, string[]>(Object.keys(files).map((name) => [name, []]));
    for (const line of stdout.split('\n')) {
      const [, name = '', at = '', text = ''] = /^(\w+)\.ts\((\d+),\d+\): error (.*)$/.exec(line) ?? [];
      errors.get(name)?.push(`${at}: ${text}`);
    }
    // An error that belongs to no snippet is the test's own fault.
    const counted = [...errors.values()].flat().length;
    if (status !== 0 && counted === 0) throw new Error(`tsc: ${stdout}`);
    return errors;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
