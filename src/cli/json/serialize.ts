import { compareBytes, Shash } from './shash.js';
import { type Json, Real } from './value.js';

export interface SerializeOptions {
  /** Members by name (`JSSF_SORT`); otherwise in the order of lib/shash.c. */
  sort?: boolean;
  /** One member or element a line (`JSSF_PRETTY`). */
  pretty?: boolean;
}

/** Writes JSON as `json_to_string` of Open vSwitch's lib/json.c. */
export function serialize(value: Json | Shash<Json>, options: SerializeOptions = {}): string {
  let text = '';
  let depth = 0;
  const newLine = () => {
    if (options.pretty) text += `\n${'  '.repeat(depth)}`;
  };
  const members = (object: Shash<Json> | { [name: string]: Json }): Iterable<[string, Json]> => {
    const entries = object instanceof Shash ? [...object] : Object.entries(object);
    if (options.sort) return entries.sort(([a], [b]) => compareBytes(a, b));
    return object instanceof Shash ? entries : Shash.from(entries);
  };
  const write = (json: Json | Shash<Json>): void => {
    if (json === null || typeof json === 'boolean') text += json;
    else if (typeof json === 'string') text += serializeString(json);
    else if (typeof json === 'bigint' || typeof json === 'number') text += serializeNumber(json);
    else if (json instanceof Real) text += formatReal(json.value);
    else if (Array.isArray(json)) writeArray(json);
    else writeObject(json);
  };
  const writeArray = (array: Json[]) => {
    text += '[';
    depth += 1;
    array.forEach((element, i) => {
      if (i > 0) text += ',';
      newLine();
      write(element);
    });
    depth -= 1;
    text += ']';
  };
  const writeObject = (object: Shash<Json> | { [name: string]: Json }) => {
    text += '{';
    depth += 1;
    newLine();
    let first = true;
    for (const [name, member] of members(object)) {
      if (!first) {
        text += ',';
        newLine();
      }
      first = false;
      text += `${serializeString(name)}:${options.pretty ? ' ' : ''}`;
      write(member);
    }
    depth -= 1;
    text += '}';
  };
  write(value);
  return text;
}

/** A string in quotes. JSON.stringify escapes the same characters in the same way, but for lone surrogates. */
function serializeString(text: string): string {
  return JSON.stringify(text);
}

/** An integer by its digits, anything else as a real. */
export function serializeNumber(value: number | bigint): string {
  if (typeof value === 'bigint') return value.toString();
  if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 63) return formatReal(value);
  if (Number.isSafeInteger(value)) return BigInt(value).toString();
  // It came with an exponent, from a server that writes 15 digits; lib/json.c keeps those digits exactly.
  const [digits = '', exponent = ''] = value.toExponential(14).split('e');
  return (BigInt(digits.replace('.', '')) * 10n ** BigInt(Number(exponent) - 14)).toString();
}

/** A real as `%.15g` of printf(3). */
export function formatReal(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits = '', exponentText = ''] = value.toExponential(14).split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 15) return stripZeros(value.toFixed(14 - exponent));
  const sign = exponent < 0 ? '-' : '+';
  return `${stripZeros(digits)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function stripZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}
