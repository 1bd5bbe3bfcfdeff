import { dirname, join } from 'node:path/posix';
import type { Layer } from './layers.js';

/** Source text by path below src/, such as `ovsdb/client.ts`. */
export type Tree = ReadonlyMap<string, string>;

/** One relative import; `to` is the path of a source file. */
export interface Import {
  from: string;
  to: string;
  /** An `import type` or `export type`: nothing of it is left at run time. */
  typeOnly: boolean;
}

// `import ... from`, `export ... from` and the bare import, or import('...') in an expression or a type.
const SPECIFIER =
  /\b(?:import|export)\s+(?<type>type\s+)?(?:[^'"`;()=]*?\bfrom\s*)?['"](?<a>\.[^'"]*)['"]|\bimport\s*\(\s*['"](?<b>\.[^'"]*)['"]/g;

/** Every relative import of the tree. Comments count for nothing. */
export function importsOf(tree: Tree): Import[] {
  return [...tree].flatMap(([from, text]) =>
    [...withoutComments(text).matchAll(SPECIFIER)].map(({ groups = {} }) => ({
      from,
      to: join(dirname(from), groups.a ?? groups.b ?? '').replace(/\.js$/, '.ts'),
      typeOnly: groups.type !== undefined,
    })),
  );
}

/** Strings are stepped over, so that `'//'` in one starts no comment. */
export function withoutComments(text: string): string {
  const token = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return text.replace(token, (found) => (found.startsWith('/') ? '' : found));
}

const folderOf = (path: string) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '');

/** What breaks the rule of the layers, one sentence each. */
export function layerViolations(tree: Tree, layers: readonly Layer[]): string[] {
  const byFolder = new Map(layers.map((layer) => [layer.folder, layer]));
  const unknown = [...new Set([...tree.keys()].map(folderOf))]
    .filter((folder) => !byFolder.has(folder))
    .map((folder) => `src/${folder} is in no layer: name it in test/architecture/layers.ts`);
  const wrong = importsOf(tree).flatMap(({ from, to }) => {
    if (!tree.has(to)) return [`${from} imports ${to}, which is not in src/`];
    const [lower, upper] = [byFolder.get(folderOf(to)), byFolder.get(folderOf(from))];
    if (!lower || !upper || lower === upper) return [];
    if (upper.allow && !upper.allow.includes(lower.folder))
      return [`${from} imports ${to}: not in its allowed folders`];
    return lower.rank < upper.rank ? [] : [`${from} imports ${to}: not a lower layer`];
  });
  return [...unknown, ...wrong];
}

/**
 * The circles of imports, each as `a.ts -> b.ts -> a.ts`, found by a depth-first walk. Types may refer to each other:
 * what is type-only counts for the layers alone.
 */
export function circles(tree: Tree): string[] {
  const targets = new Map<string, string[]>();
  const atRunTime = importsOf(tree).filter(({ typeOnly }) => !typeOnly);
  for (const { from, to } of atRunTime) targets.set(from, [...(targets.get(from) ?? []), to]);
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) found.push([...path.slice(start), file].join(' -> '));
    if (start >= 0 || done.has(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of tree.keys()) visit(file, []);
  return found;
}
