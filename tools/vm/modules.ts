import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError } from '../../src/base/errors.js';

/** A module name as modprobe(8) compares it: `-` and `_` are the same. */
function canonical(path: string): string {
  return path
    .replace(/^.*\//, '')
    .replace(/\.ko(\.\w+)?$/, '')
    .replaceAll('-', '_');
}

/** A kernel module and its options as `modprobe` takes them: `bonding max_bonds=0`. */
export interface ModuleRequest {
  name: string;
  options: string;
}

export function parseModule(spec: string): ModuleRequest {
  const [, name, options] = /^([\w-]+)(?:\s+(.*))?$/.exec(spec.trim()) ?? [];
  if (!name)
    throw new InvalidArgumentError(`module "${spec}": expected NAME [OPTION=VALUE...], such as "bonding max_bonds=0"`);
  return { name, options: options ?? '' };
}

/**
 * The modules of one kernel, read from depmod's files. The order of loading is worked out here, because modprobe under
 * emulation takes longer than all the loading.
 */
export class ModuleTree {
  readonly #dependencies = new Map<string, string[]>();
  readonly #builtin: Set<string>;
  readonly #paths = new Map<string, string>();

  /** `dir` is `.../lib/modules/VERSION` after depmod(8). */
  constructor(readonly dir: string) {
    for (const line of readFileSync(join(dir, 'modules.dep'), 'utf8').split('\n')) {
      const [path, rest] = line.split(':');
      if (!path || rest === undefined) continue;
      this.#paths.set(canonical(path), path);
      this.#dependencies.set(path, rest.trim().split(/\s+/).filter(Boolean));
    }
    this.#builtin = new Set(readFileSync(join(dir, 'modules.builtin'), 'utf8').split('\n').map(canonical));
  }

  has(name: string): boolean {
    return this.#paths.has(canonical(name)) || this.#builtin.has(canonical(name));
  }

  /**
   * The lines `PATH [OPTION...]` to give to insmod in turn, paths relative to `dir`; dependencies first, none twice, and none
   * of the `loaded` lines again.
   */
  loadOrder(specs: readonly string[], loaded: readonly string[] = []): string[] {
    const order = new Map<string, string>();
    for (const { name, options } of specs.map(parseModule)) {
      if (this.#builtin.has(canonical(name))) continue;
      const path = this.#paths.get(canonical(name));
      if (!path) throw new InvalidArgumentError(`module "${name}": the guest's kernel has none of that name`);
      // modules.dep lists all dependencies, the deepest last.
      for (const dependency of this.#dependencies.get(path)!.toReversed()) {
        if (!order.has(dependency)) order.set(dependency, '');
      }
      order.set(path, order.get(path) || options);
    }
    for (const path of loaded) order.delete(path);
    return [...order].map(([path, options]) => (options ? `${path} ${options}` : path));
  }
}
