/** Shorter words are too near to each other. */
const SHORTEST = 3;

/** Case, and how its parts are joined, is no other word. */
const bare = (word: string) => word.toLowerCase().replaceAll(/[_-]/g, '');

/** Of known words, which are few, and compared with again and again. */
const bareKnown = new Map<string, string>();

function bareOf(known: string): string {
  let word = bareKnown.get(known);
  if (word === undefined) {
    word = bare(known);
    bareKnown.set(known, word);
  }
  return word;
}

/**
 * The known word that is meant by one that is not known: it differs by a letter that is other, missing, too many, or by two that
 * changed places; or but by case, dashes and underscores.
 */
export function meantBy(word: string, known: Iterable<string>): string | undefined {
  const written = bare(word);
  if (written.length < SHORTEST) return undefined;
  for (const each of known) {
    if (each.length >= SHORTEST && isSlip(written, bareOf(each))) return each;
  }
  return undefined;
}

function isSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let ends = 0;
  while (ends < Math.min(a.length, b.length) - start && a.at(-1 - ends) === b.at(-1 - ends)) ends++;
  const left = a.slice(start, a.length - ends);
  const right = b.slice(start, b.length - ends);
  if (left.length < 2 && right.length < 2) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
