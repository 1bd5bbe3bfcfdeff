import { importsOf, type Tree } from './imports.js';

const folderOf = (path: string) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : 'index');

/** Which folder imports which, `from --> to`, without what follows from the others: the fewest arrows that say it all. */
export function arrowsOf(tree: Tree): string[] {
  const below = new Map<string, Set<string>>();
  const add = (from: string, to: string) => {
    if (from !== to) below.set(from, (below.get(from) ?? new Set()).add(to));
  };
  for (const { from, to } of importsOf(tree)) add(folderOf(from), folderOf(to));
  for (const [path, text] of tree) if (text.includes("'node-gyp-build'")) add(folderOf(path), 'native');
  const reaches = (from: string, to: string): boolean =>
    [...(below.get(from) ?? [])].some((next) => next === to || reaches(next, to));
  return [...below].flatMap(([from, targets]) =>
    [...targets]
      .filter((to) => ![...targets].some((other) => other !== to && reaches(other, to)))
      .map((to) => `${from} --> ${to}`),
  );
}
