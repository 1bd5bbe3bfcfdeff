import { InvalidArgumentError } from '../base/errors.js';

/** IFNAMSIZ of linux/if.h, less its terminating zero. */
const MAX_BYTES = 15;

/** Characters of a rejected name that a message shows. */
const SHOWN = 40;

/**
 * Checks a network device's name by the kernel's rule (dev_valid_name() in net/core/dev.c) and a little more: control
 * characters confuse a terminal, and `%` is a number template to the kernel.
 * @returns the name
 * @throws {InvalidArgumentError} naming the value and the rule that it breaks
 */
export function checkDeviceName(name: unknown): string {
  if (typeof name !== 'string') {
    throw new InvalidArgumentError(`a device name must be a string, not ${name === null ? 'null' : typeof name}`);
  }
  const broken = brokenRule(name);
  if (broken) throw new InvalidArgumentError(`device name ${show(name)} ${broken}`);
  return name;
}

function brokenRule(name: string): string | undefined {
  if (name === '') return 'is empty: it must have 1 to 15 bytes';
  if (name === '.' || name === '..') return 'is reserved';
  const bytes = Buffer.byteLength(name);
  if (bytes > MAX_BYTES) return `has ${bytes} bytes: at most ${MAX_BYTES} are allowed`;
  if (name.includes('/')) return "has a '/', which is not allowed";
  if (/\s/u.test(name)) return 'has whitespace, which is not allowed';
  if (/\p{Cc}/u.test(name)) return 'has a control character, which is not allowed';
  if (/[:%]/.test(name)) return "has a ':' or '%', which is not allowed";
  if (/\p{Cs}/u.test(name)) return 'is not well-formed Unicode';
  return undefined;
}

/** A hostile value in a message: quoted, control characters escaped, cut when long. */
export function show(value: string): string {
  const cut = value.length > SHOWN ? `${value.slice(0, SHOWN)}...` : value;
  return JSON.stringify(cut).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
