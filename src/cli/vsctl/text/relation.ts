import type { Members } from '../../../vswitch/draft/index.js';
import { compareAtoms, sortMembers } from './print.js';

/** The operators of find and wait-until, in the order that errors list them. */
export const operators = [
  '=',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
  '{=}',
  '{!=}',
  '{<}',
  '{>}',
  '{<=}',
  '{>=}',
  '{in}',
  '{not-in}',
] as const;
export type Operator = (typeof operators)[number];

export function isSetOperator(operator: Operator): boolean {
  return operator.startsWith('{');
}

/** Whether `a` stands in a relation to `b`: members of one type. */
export function relates(a: Members, b: Members, operator: Operator): boolean {
  switch (operator) {
    case '=':
    case '{=}':
      return compare(a, b) === 0;
    case '!=':
    case '{!=}':
      return compare(a, b) !== 0;
    case '<':
      return compare(a, b) < 0;
    case '>':
      return compare(a, b) > 0;
    case '<=':
      return compare(a, b) <= 0;
    case '>=':
      return compare(a, b) >= 0;
    case '{<}':
      return a.length < b.length && includesAll(a, b);
    case '{>}':
      return b.length < a.length && includesAll(b, a);
    case '{<=}':
    case '{in}':
      return includesAll(a, b);
    case '{>=}':
      return includesAll(b, a);
    case '{not-in}': {
      const right = new Map(b);
      return !a.some(([key, value]) => right.has(key) && right.get(key) === value);
    }
  }
}

/** `ovsdb_datum_compare_3way`: the number of members first, then keys, then values. */
function compare(a: Members, b: Members): number {
  if (a.length !== b.length) return a.length - b.length;
  const [left, right] = [sortMembers(a), sortMembers(b)];
  for (const part of [0, 1] as const) {
    for (let i = 0; i < left.length; i++) {
      const [x, y] = [left[i]?.[part], right[i]?.[part]];
      if (x === undefined || y === undefined) continue;
      const order = compareAtoms(x, y);
      if (order !== 0) return order;
    }
  }
  return 0;
}

function includesAll(a: Members, b: Members): boolean {
  const right = new Map(b);
  return a.every(([key, value]) => right.has(key) && right.get(key) === value);
}
