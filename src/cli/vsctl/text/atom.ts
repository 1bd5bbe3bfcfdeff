import type { BaseType } from '../../../ovsdb/schema.js';
import type { Atom } from '../../../ovsdb/values.js';
import { Fatal } from '../../fatal.js';
import { compareBytes, formatReal } from '../../json/index.js';
import { isUuid } from '../../schema/index.js';
import type { Symbols } from '../symbols.js';
import { unescapeJson } from './unescape.js';

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** An integer as strtoll(3) reads it whole; a bigint beyond 2^53. */
export function parseInteger(text: string): number | bigint | undefined {
  if (!/^[ \t\n\v\f\r]*[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.trim().replace(/^\+/, ''));
  if (value < INT64_MIN || value > INT64_MAX) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Reads an atom as `ovsdb_atom_from_string`; an `@name` becomes the uuid of its row. @throws {Fatal} */
export function atomFromString(base: BaseType, text: string, symbols: Symbols): Atom {
  const atom = parseAtom(base, text, symbols);
  checkConstraints(base, atom);
  return atom;
}

function parseAtom(base: BaseType, text: string, symbols: Symbols): Atom {
  switch (base.type) {
    case 'integer': {
      const value = parseInteger(text);
      if (value === undefined) throw new Fatal(`"${text}" is not a valid integer`);
      return value;
    }
    case 'real': {
      const value = Number(text);
      if (text.trim() === '' || !Number.isFinite(value)) throw new Fatal(`"${text}" is not a valid real number`);
      return value === 0 ? 0 : value;
    }
    case 'boolean':
      if (['true', 'yes', 'on', '1'].includes(text)) return true;
      if (['false', 'no', 'off', '0'].includes(text)) return false;
      throw new Fatal(`"${text}" is not a valid boolean (use "true" or "false")`);
    case 'string':
      return parseString(text);
    case 'uuid':
      if (text.startsWith('@')) return symbols.refer(text, base.refType !== 'weak');
      if (!isUuid(text)) throw new Fatal(`"${text}" is not a valid UUID`);
      return text.toLowerCase();
  }
}

function parseString(text: string): string {
  if (text === '') throw new Fatal('An empty string is not valid as input; use "" to represent the empty string');
  if (!text.startsWith('"')) return text;
  if (text.length < 2 || !text.endsWith('"')) throw new Fatal(`${text}: missing quote at end of quoted string`);
  try {
    return unescapeJson(text.slice(1, -1));
  } catch (error) {
    throw new Fatal(`${text}: ${(error as Fatal).message}`);
  }
}

/** `ovsdb_atom_check_constraints`. @throws {Fatal} */
export function checkConstraints(base: BaseType, atom: Atom): void {
  const complaint = violation(base, atom);
  if (complaint !== undefined) throw new Fatal(`constraint violation: ${complaint}`);
}

function violation(base: BaseType, atom: Atom): string | undefined {
  if (base.enum) {
    if (base.enum.has(atom)) return undefined;
    const allowed = [...base.enum].map((one) => quote(one)).sort(compareBytes);
    return `${quote(atom)} is not one of the allowed values ([${allowed.join(', ')}])`;
  }
  const { min, max, type } = base;
  if (type === 'integer' || type === 'real') {
    const value = atom as number | bigint;
    const show = (bound: number | bigint) => (type === 'real' ? formatReal(Number(bound)) : String(bound));
    const under = min !== undefined && value < min;
    const over = max !== undefined && value > max;
    if (!under && !over) return undefined;
    if (min !== undefined && max !== undefined) {
      return `${show(value)} is not in the valid range ${show(min)} to ${show(max)} (inclusive)`;
    }
    return under
      ? `${show(value)} is less than minimum allowed value ${show(min)}`
      : `${show(value)} is greater than maximum allowed value ${show(max as number)}`;
  }
  if (type !== 'string') return undefined;
  const length = [...(atom as string)].length;
  if (min !== undefined && length < min) {
    return `"${String(atom)}" length ${length} is less than minimum allowed length ${min}`;
  }
  if (max !== undefined && length > max) {
    return `"${String(atom)}" length ${length} is greater than maximum allowed length ${max}`;
  }
  return undefined;
}

/** An enum's member as `ovsdb_atom_to_string` prints it. */
function quote(atom: Atom): string {
  if (typeof atom !== 'string') return String(atom);
  const plain = /^[A-Za-z_][\w.-]*$/.test(atom) && atom !== 'true' && atom !== 'false' && !isUuid(atom);
  return plain ? atom : JSON.stringify(atom);
}
