import type { Random } from './random.js';
import type { Target } from './target.js';

/** The longest input, in bytes. */
const LONGEST = 64 * 1024;

const WORDS = [
  '',
  '0',
  '-1',
  '4294967296',
  '9223372036854775808',
  '1e999',
  'null',
  '__proto__',
  '\0',
  '\ud800',
  'é',
  '../',
];
const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    0,
    -1,
    1.5,
    2 ** 31,
    2 ** 53,
    '',
    ' ',
    '/',
    '..',
    '\n',
    '\0',
    '\ud800',
    'a'.repeat(300),
    [],
    [[]],
    {},
  ],
  ...[['set', []], ['map', []], ['uuid', 'x'], ['set', 5], ['map', [[1]]], { __proto__: null, constructor: 1 }],
];

/** An input made of the target's corpus, changed in a few places. */
export function makeInput(target: Target, random: Random): Buffer {
  let input: Buffer = Buffer.from(random.pick(target.corpus));
  if (target.json && random.below(4) > 0) {
    input = Buffer.from(changeJson(input.toString(), target, random));
    if (random.below(3) > 0) return input;
  }
  for (let left = 1 + random.below(4); left > 0; left--) input = changeBytes(input, target, random);
  return input.subarray(0, LONGEST);
}

function changeBytes(input: Buffer, target: Target, random: Random): Buffer {
  const at = random.below(input.length + 1);
  const length = random.below(random.below(4) === 0 ? 64 : 5);
  const [before, after] = [input.subarray(0, at), input.subarray(at)];
  switch (random.below(7)) {
    case 0: {
      const copy = Buffer.from(input);
      if (at < copy.length) copy[at] = random.below(256);
      return copy;
    }
    case 1:
      return Buffer.concat([before, after.subarray(length)]);
    case 2:
      return Buffer.concat([before, input.subarray(Math.max(0, at - length), at), after]);
    case 3:
      return before;
    case 4: {
      const other = Buffer.from(random.pick(target.corpus));
      const from = random.below(other.length + 1);
      return Buffer.concat([before, other.subarray(from, from + 1 + random.below(200)), after]);
    }
    default:
      return Buffer.concat([before, Buffer.from(random.pick(random.below(3) > 0 ? target.words : WORDS)), after]);
  }
}

/** Replaces, removes or doubles some values of a document; what is no JSON stays as it is. */
function changeJson(text: string, target: Target, random: Random): string {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return text;
  }
  for (let left = 1 + random.below(3); left > 0; left--) document = changeValue(document, target, random);
  return JSON.stringify(document) ?? text;
}

function changeValue(value: unknown, target: Target, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.below(8) === 0) {
    return random.below(2) > 0 ? random.pick(target.words) : structuredClone(random.pick(VALUES));
  }
  const keys = Object.keys(value);
  if (keys.length === 0) return structuredClone(random.pick(VALUES));
  const key = random.pick(keys);
  const members = value as Record<string, unknown>;
  if (random.below(10) === 0) {
    const { [key]: _, ...rest } = members;
    return Array.isArray(value) ? value.filter((_, index) => String(index) !== key) : rest;
  }
  const changed = changeValue(members[key], target, random);
  if (Array.isArray(value)) return value.map((old, index) => (String(index) === key ? changed : old));
  return { ...members, [random.below(12) === 0 ? random.pick(target.words) : key]: changed };
}
