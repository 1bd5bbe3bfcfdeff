import { InvalidArgumentError } from '../base/errors.js';
import { show } from './name.js';

/**
 * The six bytes of an address that one device may have: `fa:16:3e:00:00:01`, in either case.
 * @throws {InvalidArgumentError} for another text, a group address or all zeros, which the kernel refuses for a device
 */
export function parseMac(text: string): Uint8Array {
  if (typeof text !== 'string' || !/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text)) {
    throw new InvalidArgumentError(
      `MAC address ${show(String(text))} must be six hexadecimal bytes as in fa:16:3e:00:00:01`,
    );
  }
  const bytes = Uint8Array.from(text.split(':'), (byte) => Number.parseInt(byte, 16));
  if (((bytes[0] ?? 0) & 1) !== 0) {
    throw new InvalidArgumentError(`MAC address ${show(text)} is a group address: the first byte must be even`);
  }
  if (bytes.every((byte) => byte === 0)) throw new InvalidArgumentError(`MAC address ${show(text)} is all zeros`);
  return bytes;
}

/** In the kernel's way: lower case, with colons. */
export function formatMac(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}
