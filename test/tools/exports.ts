import { dirname, join } from 'node:path/posix';
import { type Tree, withoutComments } from '../architecture/imports.js';

/** An exported name that nobody imports: `ovsdb/reply.ts: parseReply`. */
export type DeadExport = string;

interface Module {
  /** Types that the file itself uses or hands on: parts of its interface, which may be named by whoever wants to. */
  parts: Set<string>;
  /** Exported name to what it is: a declaration of this file, or a name of another one. */
  exports: Map<string, { file: string; name: string } | undefined>;
  /** Files all of whose names it hands on. */
  stars: string[];
}

const IDENTIFIER = '[A-Za-z_$][\\w$]*';
const DECLARATION = new RegExp(
  `^export\\s+(?:declare\\s+)?(?:abstract\\s+)?(?:async\\s+)?(?:const\\s+enum|const|let|function\\*?|class|interface|type|enum)\\s+(${IDENTIFIER})`,
  'gm',
);
const LIST = /^export\s+(?:type\s+)?\{([^}]*)\}(?:\s*from\s*['"]([^'"]+)['"])?/gm;
const STAR = /^export\s+(?:type\s+)?\*\s+from\s*['"](\.[^'"]+)['"]/gm;
const IMPORT = /\bimport\s+(?:type\s+)?(?:[\w$]+\s*,\s*)?\{([^}]*)\}\s*from\s*['"](\.[^'"]+)['"]/g;
/** `(await import('./a.js')).name`, and the name of a type: `import('./a.js').Name`. */
const ONE_OF = new RegExp(`\\bimport\\(\\s*['"](\\.[^'"]+)['"]\\s*\\)\\s*\\)?\\.(${IDENTIFIER})`, 'g');
const SOME_OF = /\{([^{}]*)\}\s*=\s*await\s+import\(\s*['"](\.[^'"]+)['"]\s*\)/g;
/** Everything: `import * as x`, and `import()` whose names can't be read off. */
const ALL_OF =
  /\bimport\s+(?:type\s+)?\*\s+as\s+[\w$]+\s+from\s*['"](\.[^'"]+)['"]|\bimport\(\s*['"](\.[^'"]+)['"]\s*\)/g;

const resolve = (from: string, to: string): string => join(dirname(from), to).replace(/\.js$/, '.ts');

/** `a, type B, c as d` (or, in a pattern, `c: d`) as pairs of the name there and the name here. */
function names(list: string): [there: string, here: string][] {
  return list
    .split(',')
    .map((part) => part.trim().replace(/^type\s+/, ''))
    .filter((part) => part !== '')
    .map((part) => part.split(/\s+as\s+|\s*:\s*/))
    .map(([there = '', here = there]) => [there, here]);
}

function moduleOf(file: string, text: string): Module {
  const exports: Module['exports'] = new Map();
  const parts = new Set<string>();
  for (const [found, name] of text.matchAll(DECLARATION)) {
    exports.set(name!, undefined);
    const mentions = text.match(new RegExp(`(?<![\\w$])${name!.replaceAll('$', '\\$&')}(?![\\w$])`, 'g'));
    if (/\b(?:interface|type)\s/.test(found) && mentions!.length > 1) parts.add(name!);
  }
  for (const [found, list, source] of text.matchAll(LIST)) {
    for (const [there, here] of names(list!)) {
      if (/^export\s+type\b/.test(found) || new RegExp(`\\btype\\s+${there}\\b`).test(list!)) parts.add(here);
      exports.set(here, source?.startsWith('.') ? { file: resolve(file, source), name: there } : undefined);
    }
  }
  return { parts, exports, stars: [...text.matchAll(STAR)].map(([, source]) => resolve(file, source!)) };
}

/**
 * What is exported and imported by nobody. `roots` are files whose names are all used, from outside of the tree.
 * By the form of the source text alone, as the compiler's API is not at hand: what it can't read counts as used.
 */
export function deadExports(tree: Tree, roots: readonly string[]): DeadExport[] {
  const texts = new Map([...tree].map(([file, text]) => [file, withoutComments(text)]));
  const modules = new Map([...texts].map(([file, text]) => [file, moduleOf(file, text)]));
  const used = new Set<string>();
  const use = (file: string, name: string): void => {
    const module = modules.get(file);
    if (!module || used.has(`${file}: ${name}`)) return;
    if (module.exports.has(name)) {
      used.add(`${file}: ${name}`);
      const source = module.exports.get(name);
      if (source) use(source.file, source.name);
    } else for (const star of module.stars) use(star, name);
  };
  const useAll = (file: string): void => {
    for (const name of modules.get(file)?.exports.keys() ?? []) use(file, name);
    for (const star of modules.get(file)?.stars ?? []) useAll(star);
  };
  for (const root of roots) useAll(root);
  for (const [file, text] of texts) {
    const known = new Set<string>();
    for (const [, list, source] of [...text.matchAll(IMPORT), ...text.matchAll(SOME_OF)]) {
      known.add(source!);
      for (const [there] of names(list!)) use(resolve(file, source!), there);
    }
    for (const [, source, name] of text.matchAll(ONE_OF)) {
      known.add(source!);
      use(resolve(file, source!), name!);
    }
    for (const [found, star, dynamic] of text.matchAll(ALL_OF)) {
      const source = (star ?? dynamic)!;
      if (star !== undefined || (!known.has(source) && found.startsWith('import('))) useAll(resolve(file, source));
    }
  }
  return [...modules].flatMap(([file, { exports, parts }]) =>
    [...exports.keys()]
      .filter((name) => !parts.has(name))
      .map((name) => `${file}: ${name}`)
      .filter((key) => !used.has(key)),
  );
}
