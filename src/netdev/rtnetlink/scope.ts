import { InvalidArgumentError } from '../../base/errors.js';
import { show } from '../name.js';

/** RT_SCOPE_* of linux/rtnetlink.h. */
const SCOPES = { global: 0, site: 200, link: 253, host: 254, nowhere: 255 } as const;

/** How far an address or a route is of use; one without a name is its number. */
export type Scope = keyof typeof SCOPES | number;

export function scopeOf(number: number): Scope {
  const names = Object.keys(SCOPES) as (keyof typeof SCOPES)[];
  return names.find((name) => SCOPES[name] === number) ?? number;
}

/** @throws {InvalidArgumentError} */
export function numberOfScope(scope: Scope): number {
  const number = typeof scope === 'number' ? scope : Object.hasOwn(SCOPES, scope) ? SCOPES[scope] : -1;
  if (!Number.isInteger(number) || number < 0 || number > 255) {
    const known = Object.keys(SCOPES).join(', ');
    throw new InvalidArgumentError(`scope must be ${known} or a number up to 255, not ${show(String(scope))}`);
  }
  return number;
}
