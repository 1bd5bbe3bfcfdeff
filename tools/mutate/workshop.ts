import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import { type Mutation, mutationsOf } from './mutations.js';

export interface Mutant {
  /** Compiled, below the root. */
  readonly file: string;
  readonly source: string;
  readonly mutation: Mutation;
  /** Where it is in the TypeScript: file:line. */
  readonly place: string;
  /** That line. */
  readonly text: string;
}

export type Outcome = 'passed' | 'failed' | 'late';

export interface Run {
  readonly outcome: Outcome;
  readonly output: string;
  /** In milliseconds. */
  readonly time: number;
}

/** A copy of the compiled project, to be changed while the project itself stays as it is. */
export class Workshop implements Disposable {
  readonly #directory: string;
  #running: number | undefined;

  constructor(root: string) {
    mkdirSync(join(root, '.setup'), { recursive: true });
    this.#directory = mkdtempSync(join(root, '.setup', 'mutate-'));
    for (const name of readdirSync(root)) {
      if (name === 'dist' || name.startsWith('.')) continue;
      // AVA wants the two to lie beside each other, symbolic links resolved.
      if (name === 'package.json' || name === 'ava.config.js') cpSync(join(root, name), join(this.#directory, name));
      else symlinkSync(join(root, name), join(this.#directory, name));
    }
    cpSync(join(root, 'dist'), join(this.#directory, 'dist'), { recursive: true });
  }

  [Symbol.dispose](): void {
    this.#stop();
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  /** @param file below the root, as the file of a mutant */
  change(file: string, content: string): Disposable {
    const path = join(this.#directory, file);
    const before = readFileSync(path);
    writeFileSync(path, content);
    return { [Symbol.dispose]: () => writeFileSync(path, before) };
  }

  /**
   * @param tests test files, without extension, and folders of them, with a slash at the end
   * @param deadline in milliseconds
   */
  async test(tests: readonly string[], deadline: number): Promise<Run> {
    const files = tests.flatMap((path) => compiled(this.#directory, path, '.test.js'));
    // One process for all of them: to start one for each would take longer than the tests.
    const all = 'dist/test/mutate.test.js';
    const imports = files.map((file) => `import ${JSON.stringify(`../../${file}`)};\n`);
    writeFileSync(join(this.#directory, all), imports.join(''));
    const started = performance.now();
    const ava = join('node_modules', 'ava', 'entrypoints', 'cli.mjs');
    // A process group of its own, so that all of it can be ended.
    const child = spawn(process.execPath, [ava, '--tap', '--fail-fast', '--timeout=10m', all], {
      cwd: this.#directory,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#running = child.pid;
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk) => (output += chunk));
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#stop();
    }, deadline);
    const [status] = await once(child, 'close');
    clearTimeout(timer);
    this.#running = undefined;
    const outcome = late ? 'late' : status === 0 ? 'passed' : 'failed';
    return { outcome, output, time: performance.now() - started };
  }

  #stop(): void {
    if (this.#running !== undefined) process.kill(-this.#running, 'SIGKILL');
  }
}

/**
 * All mutants of a folder (with a slash at its end) or of one file.
 * @param source below the root, without extension
 */
export function mutantsOf(root: string, source: string): Mutant[] {
  return compiled(root, source, '.js').flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const map = new SourceMap(JSON.parse(readFileSync(join(root, `${file}.map`), 'utf8')));
    const typescript = file.replace(/^dist\//, '').replace(/\.js$/, '.ts');
    const lines = readFileSync(join(root, typescript), 'utf8').split('\n');
    return mutationsOf(text).map((mutation) => {
      const entry = map.findEntry(mutation.line - 1, mutation.column);
      if (!('originalLine' in entry)) throw new Error(`${file}:${mutation.line} has no place in the source map`);
      const line = entry.originalLine;
      return { file, source: text, mutation, place: `${typescript}:${line + 1}`, text: (lines[line] ?? '').trim() };
    });
  });
}

/** The compiled files below the root that a path stands for: a folder with a slash at its end, or a file without extension. */
function compiled(root: string, path: string, extension: string): string[] {
  if (!path.endsWith('/')) return [`dist/${path}.js`];
  const names = readdirSync(join(root, 'dist', path), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => `dist/${path}${name}`);
}
